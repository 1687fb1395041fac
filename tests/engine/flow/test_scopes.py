"""Sub-processes, called processes, event sub-processes, errors and escalations (BPMN 2.0.2 §13.3.4, §13.5.4)."""

import pytest

from engine import flow
from tests.engine.flow.journey import Journey

SUB = "start s\nuser after\nsub p1 {\nuser a b\nend x1\na -> b -> x1\n}\nend e\ns -> p1 -> after -> e\n"


def test_a_sub_process_is_over_when_no_token_is_left_in_it():
    """§13.3.4."""
    j = Journey(SUB)
    assert j.waiting()[0].path == ("p1",)
    assert j.done("a").done("b").open() == ["after"]


def test_a_boundary_timer_takes_the_whole_sub_process_away():
    """§13.5.3."""
    j = Journey(SUB + "user handled\nboundary t on=p1 timer=P1D\nt -> handled")
    assert j.wait(days=1).open() == ["handled"]
    assert [c.reason for c in j.of(flow.TokenLeft)] == ["cancelled"]


def test_a_called_process_runs_inside():
    """Two calls of one process share its spec and nothing else."""
    j = Journey(
        "process sub {\nstart s2\nuser a\ns2 -> a\n}\nstart s\nand g h\ncall c d calls=sub\nend e\ns -> g -> c -> h -> e\ng -> d -> h"
    )
    assert [w.path for w in j.waiting()] == [("c",), ("d",)]
    assert not j.done("a").ended
    assert j.done("a").ended


def test_an_error_end_is_caught_at_the_border():
    """§13.5.3: the given code before the catch-all; everything inside is cancelled."""
    j = Journey(
        "start s\nsub p1 {\nand g\nuser a b\nend x error=E1\ng -> a -> x\ng -> b\n}\nuser one all\nend e\ns -> p1 -> e\n"
        "boundary any on=p1 error=*\nboundary b1 on=p1 error=E1\nany -> all\nb1 -> one"
    )
    assert j.done("a").open() == ["one"]


def test_a_task_may_end_by_an_error():
    """`throw` from outside: a boundary error event on the task itself."""
    j = Journey("start s\nuser u fix\nboundary b on=u error=Bad\nend e\ns -> u -> e\nb -> fix")
    with pytest.raises(flow.FlowRejected) as rejected:
        j.throw("u", "error", "Other")
    assert rejected.value.code == "error_not_caught"
    assert j.throw("u", "error", "Bad").open() == ["fix"]


def test_an_error_at_the_top_ends_the_process():
    """Table 10.88: all threads are terminated."""
    j = Journey("start s\nand g\nuser a b\nend x error=E\ns -> g -> a\ng -> b -> x")
    assert j.done("b").ended
    assert j.of(flow.ErrorThrown) == [flow.ErrorThrown("E", "x")]


def test_an_error_nobody_catches_is_an_incident():
    """Nothing is lost: the token stays at the end event."""
    j = Journey("start s\nsub p1 {\nuser a\nend x error=E\na -> x\n}\nend e\ns -> p1 -> e")
    j.done("a")
    assert [i.code for i in j.of(flow.Incident)] == ["error_not_caught"]


def test_an_escalation_may_leave_the_work_running():
    """§10.5.5.5: non-interrupting; the throwing branch goes on."""
    j = Journey(
        "start s\nsub p1 {\nuser a b\nthrow t escalation=X\na -> t -> b\n}\nuser boss\nend e\ns -> p1 -> e\nboundary b1 on=p1 escalation=X non-interrupting\nb1 -> boss"
    )
    assert j.done("a").open() == ["b", "boss"]


def test_an_escalation_from_a_task_outside():
    """`throw` with kind escalation; uncaught it changes nothing."""
    j = Journey(
        "start s\nuser u boss\nboundary b on=u escalation=X non-interrupting\nend e\ns -> u -> e\nb -> boss"
    )
    assert j.throw("u", "escalation", "Y").changes == ()
    assert j.throw("u", "escalation", "X").open() == ["boss", "u"]


def test_an_interrupting_event_sub_process_replaces_its_scope():
    """§13.5.4: the rest of the scope is cancelled, then its scope completes."""
    j = Journey(
        "start s\nuser u\nend e\ns -> u -> e\nevent-sub es {\nstart w message=Withdraw\nuser v\nw -> v\n}"
    )
    assert j.message("Withdraw").open() == ["v"]
    assert j.done("v").ended


def test_a_non_interrupting_event_sub_process_runs_beside_and_again():
    """§13.5.4; SpiffWorkflow changes the spec of all dossiers when this happens."""
    text = "start s\nuser u\nend e\ns -> u -> e\nevent-sub es {\nstart w message=Note non-interrupting\nuser v\nw -> v\n}"
    j = Journey(text)
    j.message("Note")
    assert j.message("Note").open() == ["u", "v", "v"]
    assert not j.done("u").ended
    j.done("v")
    assert j.done("v").ended
    fresh = flow.start(j.spec, j.scope, j.now)
    assert [w.element_id for w in flow.waiting(j.spec, fresh.snapshot) if w.kind == "human"] == ["u"]


def test_an_event_sub_process_with_an_error_start_waits_for_the_error():
    """§10.3.5; SpiffWorkflow runs it at once."""
    j = Journey(
        "start s\nuser u\nend x error=E\ns -> u -> x\nevent-sub es {\nstart w error=E\nuser v\nw -> v\n}"
    )
    assert j.open() == ["u"]
    assert j.done("u").open() == ["v"]


def test_an_event_sub_process_with_an_escalation_start():
    """§10.3.5."""
    j = Journey(
        "start s\nuser u w\nthrow t escalation=X\ns -> u -> t -> w\nevent-sub es {\nstart z escalation=X non-interrupting\nuser v\nz -> v\n}"
    )
    assert j.open() == ["u"]
    assert j.done("u").open() == ["v", "w"]


def test_an_event_sub_process_timer_inside_a_sub_process():
    """It listens while its own scope runs, and its timer goes with the scope."""
    text = "start s\nuser after\nsub p1 {\nuser u\nevent-sub es {\nstart t timer=P1D\nuser v\nt -> v\n}\n}\ns -> p1 -> after"
    assert Journey(text).wait(days=1).done("v").open() == ["after"]
    j = Journey(text).done("u")
    assert j.open() == ["after"]
    assert len(j.of(flow.TimerCleared)) == 1


def test_a_signal_starts_an_event_sub_process():
    """§10.5.1."""
    j = Journey("start s\nuser u\ns -> u\nevent-sub es {\nstart z signal=Stop\nuser v\nz -> v\n}")
    assert j.signal("Stop").open() == ["v"]


def test_an_empty_sub_process_passes():
    """No node, no token: over at once."""
    assert Journey("start s\nsub p1 {\n}\nuser u\ns -> p1 -> u").open() == ["u"]
