"""Events: timers, messages, signals, conditions, links, ends (BPMN 2.0.2 §10.5, §13.5)."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import flow
from tests.engine.flow.journey import MONDAY, Journey


def test_a_timer_catch_event_waits_for_its_moment():
    """Durations are calendar time from now; a late or early twin is rejected."""
    j = Journey("start s\ncatch t timer=P1M\nend e\ns -> t -> e")
    timer = j.of(flow.TimerSet)[0]
    assert timer.due_at == datetime(2026, 2, 5, 1, 0, tzinfo=UTC)
    with pytest.raises(flow.FlowRejected) as early:
        flow.fire_timer(j.spec, j.snapshot, timer.timer_id, j.scope, MONDAY)
    assert early.value.code == "timer_not_due"
    j.wait(days=31)
    assert j.ended
    with pytest.raises(flow.FlowRejected) as late:
        flow.fire_timer(j.spec, j.snapshot, timer.timer_id, j.scope, timer.due_at)
    assert late.value.code == "timer_not_set"


def test_a_timer_may_be_feel():
    """`=` makes the text a formula: here days from the data."""
    j = Journey(
        'start s\ncatch t timer="=duration(\\"P\\" + string(n) + \\"D\\")"\nend e\ns -> t -> e', {"n": 3}
    )
    assert j.of(flow.TimerSet)[0].due_at == MONDAY + timedelta(days=3)


def test_a_date_timer_without_offset_is_vietnamese_time():
    """§7.7 of the design: local law, local time."""
    j = Journey("start s\ncatch t date=2026-03-01T08:00:00\nend e\ns -> t -> e")
    assert j.of(flow.TimerSet)[0].due_at == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


def test_a_working_time_timer_asks_the_calendar():
    """`calendar="working"`: the due moment comes from the scope."""
    j = Journey(
        "start s\nuser u\nboundary b on=u timer=P2D calendar=working\nend e x\ns -> u -> e\nb -> x",
        working=lambda duration, start: start + timedelta(days=4) if duration == "P2D" else start,
    )
    assert j.of(flow.TimerSet)[0].due_at == MONDAY + timedelta(days=4)


def test_an_interrupting_boundary_timer_ends_the_task():
    """§13.5.3."""
    j = Journey("start s\nuser u late\nboundary b on=u timer=P2D\nend e\ns -> u -> e\nb -> late")
    assert j.of(flow.TimerSet)[0].attached_to == j.token("u")
    token = j.token("u")
    j.wait(days=2)
    assert j.open() == ["late"]
    assert flow.TokenLeft(token, "u", "cancelled") in j.changes


def test_a_non_interrupting_cycle_reminds_three_times():
    """§10.5.5.11: each round has its own timer id, counted from when the last was due."""
    j = Journey(
        "start s\nuser u\ntask r\nboundary b on=u cycle=R3/P1D non-interrupting\nend e\ns -> u -> e\nb -> r"
    )
    ids = {w.id for w in j.waiting("timer")}
    j.wait(hours=25)
    ids |= {w.id for w in j.waiting("timer")}
    j.wait(days=10)
    assert j.trace.count("r") == 3
    assert len(ids) == 2
    assert j.waiting("timer") == []
    assert j.done("u").ended


def test_completing_the_task_clears_its_timer():
    """Nothing is left to fire."""
    j = Journey("start s\nuser u v\nboundary b on=u timer=P2D\nend e\ns -> u -> v\nb -> e")
    timer = j.of(flow.TimerSet)[0].timer_id
    assert flow.TimerCleared(timer) in j.done("u").changes


def test_a_wrong_timer_formula_opens_the_task_and_tells_an_incident():
    """The work is not held up by its clock; `resume` sets the timer."""
    j = Journey("start s\nuser u v\nboundary b on=u timer==limit\nend e\ns -> u -> e\nb -> v")
    assert j.open() == ["u"]
    assert [i.code for i in j.of(flow.Incident)] == ["timer_invalid"]
    assert j.resume(limit="P1D").wait(days=1).open() == ["v"]


def test_a_boundary_message_interrupts():
    """§13.5.3; the subscription goes with the task."""
    j = Journey("start s\nuser u v\nboundary b on=u message=Stop\nend e\ns -> u -> e\nb -> v")
    assert j.message("Stop", note="x").open() == ["v"]
    assert j.values["note"] == "x"
    assert j.message("Stop").changes == ()


def test_a_non_interrupting_boundary_message_may_come_again():
    """§13.5.3: the task goes on and listens on."""
    j = Journey("start s\nuser u v\nboundary b on=u message=Ask non-interrupting\nend e\ns -> u -> e\nb -> v")
    j.message("Ask")
    assert j.message("Ask").open() == ["u", "v", "v"]


def test_a_signal_reaches_every_waiting_catch():
    """§10.5.1: broadcast; thrown inside it is told outside too."""
    j = Journey(
        "start s\nand g\nuser u a b\nboundary x on=u signal=S non-interrupting\ncatch c signal=S\nthrow t signal=S\ntask w\nuser hold\ns -> g -> u\ng -> c -> a\ng -> hold -> t -> w\nx -> b"
    )
    j.done("hold")
    assert j.open() == ["a", "b", "u"]
    assert j.of(flow.SignalThrown) == [flow.SignalThrown("S")]


HANDLED_INSIDE = (
    "start s\nsub p {{\nstart a\nuser u\na -> u\nevent-sub es {{\nstart z signal=S{how}\n{what}\nz -> y\n}}\n}}\n"
    "boundary b on=p signal=S\nuser out\nend e\ns -> p -> e\nb -> out"
)


def test_an_event_sub_process_absorbs_the_signal():
    """§10.5.6: what is handled inside does not reach the border of the same sub-process, which completes."""
    j = Journey(HANDLED_INSIDE.format(how="", what="end y"))
    assert j.signal("S").ended
    assert "b" not in j.trace


@pytest.mark.parametrize("how", ["", " non-interrupting"])
def test_an_event_sub_process_may_throw_the_signal_again(how: str):
    """§10.5.6, §13.5.4: then it goes on outside, and not into the event sub-process that it comes from."""
    j = Journey(HANDLED_INSIDE.format(how=how, what="end y signal=S"))
    assert j.signal("S").open() == ["out"]
    assert j.trace.count("es") == 1


def test_a_signal_end_event_throws():
    """SpiffWorkflow 3.2 reads it as a plain end event."""
    j = Journey(
        "start s\nand g\nuser u v\nboundary x on=u signal=S\nend e signal=S\ns -> g -> u\ng -> e\nx -> v"
    )
    assert j.open() == ["v"]


def test_a_conditional_event_happens_when_its_condition_becomes_true():
    """§10.5.5.3: looked at in every step and on `resume`."""
    j = Journey('start s\nuser u v\nboundary b on=u condition="paid = true"\nend e\ns -> u -> e\nb -> v')
    assert j.open() == ["u"]
    assert j.resume(paid=True).open() == ["v"]


def test_a_non_interrupting_condition_happens_once_per_change():
    """From false to true, not while it stays true."""
    j = Journey(
        'start s\nuser u\ntask t\nboundary b on=u condition="n > 3" non-interrupting\nend e\ns -> u -> e\nb -> t'
    )
    for n in (5, 6, 1, 7):
        j.resume(n=n)
    assert j.trace.count("t") == 2


def test_a_link_goes_to_its_catch():
    """§10.5.5.6; SpiffWorkflow 3.2 reads link events as plain ones."""
    j = Journey("start s\nthrow t link=A\ncatch c link=A\nuser u\ns -> t\nc -> u")
    assert j.open() == ["u"]


def test_terminate_ends_everything_in_its_scope():
    """Table 10.88; inside a sub-process only that sub-process ends."""
    j = Journey("start s\nand g\nuser a b\nend t terminate\ns -> g -> a\ng -> b -> t")
    assert j.done("b").ended
    j = Journey(
        "start s\nuser after\nsub p1 {\nand g\nuser a b\nend t terminate\ng -> a\ng -> b -> t\n}\ns -> p1 -> after"
    )
    assert j.done("b").open() == ["after"]


def test_a_message_end_event_throws():
    """§13.5.6."""
    j = Journey("start s\nend e message=Done\ns -> e")
    assert j.of(flow.MessageThrown) == [flow.MessageThrown("Done", None, {}, "e")]
    assert j.ended


def test_a_dossier_may_begin_at_a_named_start_event():
    """A message start is chosen by the caller; without a choice the none start event begins."""
    j = Journey("start s\nstart m message=Filed\nuser a b\ns -> a\nm -> b")
    assert j.open() == ["a"]
    moved = flow.start(j.spec, j.scope, MONDAY, "m")
    assert [w.element_id for w in flow.waiting(j.spec, moved.snapshot)] == ["b"]


def test_links_without_a_name_are_one_pair():
    """Several throws may go to one catch; with two catches nobody knows which."""
    text = "start s\nand g\nthrow t link=''\nthrow t2 link=''\ncatch c link=''\nuser u\nend e\ns -> g -> t\ng -> t2\nc -> u -> e"
    assert Journey(text).open() == ["u", "u"]
    with pytest.raises(flow.FlowRefused):
        Journey(text + "\ncatch d link=''\nuser v\nd -> v")
