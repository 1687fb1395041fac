"""Tasks rest until somebody completes them, or pass (BPMN 2.0.2 §10.3.3, §13.3.3)."""

import pytest

from engine import flow
from tests.engine.flow.journey import Journey


def test_a_sequence_runs_from_start_to_end():
    """Each user task rests until it is completed; after the end event no token is left."""
    j = Journey("start s\nuser a b\nend e\ns -> a -> b -> e")
    assert j.open() == ["a"]
    assert j.done("a").open() == ["b"]
    j.done("b")
    assert j.ended
    assert j.changes[-2:] == (flow.Ended("e"), flow.FlowEnded())


def test_none_and_manual_tasks_pass_at_once():
    """§10.3.3: an abstract task has no work of its own; SpiffWorkflow lets it wait like a user task."""
    j = Journey("start s\ntask t\nmanual m\nuser u\ns -> t -> m -> u")
    assert j.trace == ["s", "t", "m", "u"]


def test_elements_named_like_spiffworkflows_own_do_not_collide():
    """`Start` and `End` are ids like any other."""
    j = Journey("start Start\nuser Root\nend End\nStart -> Root -> End")
    assert j.done("Root").ended


def test_an_external_task_rests_and_gives_a_variable():
    """The RQ job's result is set as a variable and seen by the very next gateway."""
    j = Journey(
        "start s\nexternal x topic=mail\nxor g\nuser a b\ns -> x -> g\ng -> a if score > 3\ng -> b default"
    )
    assert [w.kind for w in j.waiting()] == ["external"]
    assert j.done("x", score=5).open() == ["a"]
    assert j.of(flow.VariableSet) == [flow.VariableSet("score", 5, "x")]


def test_scripts_and_service_expressions_are_feel():
    """A script's result is visible to the formulas after it in the same step."""
    j = Journey(
        'start s\nscript a formula="n + 1" result=m\nservice b expression="=m * 2" result=k\nuser u\ns -> a -> b -> u',
        {"n": 1},
    )
    assert j.values["m"] == 2
    assert j.values["k"] == 4


def test_a_decision_is_asked_of_the_scope():
    """flow knows no DMN: the scope's `decide` gives the value."""
    asked = []

    def decide(ref, values):
        asked.append((ref, values["n"]))
        return {"fee": 50}

    j = Journey("start s\nrule r decision=fee_table result=fees\nend e\ns -> r -> e", {"n": 7}, decide=decide)
    assert asked == [("fee_table", 7)]
    assert flow.DecisionTaken("r", "fee_table", {"fee": 50}) in j.changes
    assert j.values["fees"] == {"fee": 50}


def test_a_task_with_two_outgoing_flows_splits():
    """§13.3.1: several unconditional flows are all taken."""
    assert Journey("start s\nuser a b c\ns -> a -> b\na -> c").done("a").open() == ["b", "c"]


def test_conditional_flows_of_a_task():
    """§8.4.13: every true condition is taken; the default flow only if none is."""
    text = "start s\nuser a b c d\ns -> a\na -> b if x > 1\na -> c if x > 2\na -> d default"
    assert Journey(text, {"x": 3}).done("a").open() == ["b", "c"]
    assert Journey(text, {"x": 2}).done("a").open() == ["b"]
    assert Journey(text, {"x": 0}).done("a").open() == ["d"]


def test_an_uncontrolled_merge_runs_the_task_twice():
    """§13.3.1: each token that comes makes its own instance."""
    j = Journey("start s\nand g\nuser m\nend e\ntask a b\ns -> g -> a -> m -> e\ng -> b -> m")
    assert j.open() == ["m", "m"]
    assert not j.done("m").ended
    assert j.done("m").ended


def test_without_a_start_event_all_nodes_without_incoming_flow_begin():
    """§13.2: implicit start; §13.5.6: implicit end."""
    j = Journey("user a b c\na -> c\nb -> c")
    assert j.open() == ["a", "b"]


def test_a_task_done_twice_is_rejected():
    """The second officer is told, and nothing happens."""
    j = Journey("start s\nuser a b\ns -> a -> b")
    token = j.token("a")
    j.done("a")
    with pytest.raises(flow.FlowRejected) as rejected:
        flow.complete(j.spec, j.snapshot, token, j.scope, j.now)
    assert rejected.value.code == "token_not_waiting"


def test_a_call_to_a_procedure_waits_for_the_child_dossier():
    """A call activity with the property `procedure` rests as kind `call`."""
    j = Journey("start s\ncall c procedure=1.001193\nend e\ns -> c -> e")
    assert [w.kind for w in j.waiting()] == ["call"]
    assert j.done("c").ended


def test_a_receive_task_waits_for_its_message():
    """§10.3.3: it is over when the message comes."""
    j = Journey('start s\nreceive r message=Paid correlation="=code"\nend e\ns -> r -> e', {"code": "H1"})
    assert j.of(flow.MessageAwaited) == [flow.MessageAwaited(j.token("r"), "Paid", "H1", "r")]
    assert j.message("Paid", "H2").changes == ()
    assert j.message("Paid", "H1").ended


def test_a_send_task_throws_its_message():
    """§10.3.3: sent and done; who gets it is the caller's business."""
    j = Journey('start s\nsend m message=Ask payload="{n: n}" correlation="=n"\nend e\ns -> m -> e', {"n": 3})
    assert j.of(flow.MessageThrown) == [flow.MessageThrown("Ask", 3, {"n": 3}, "m")]
    assert j.ended


def test_a_task_may_need_and_make_several_tokens():
    """Table 10.3: startQuantity and completionQuantity."""
    j = Journey("start s\ntask send makes=3\nuser u needs=2\nend e\ns -> send -> u -> e")
    assert j.open() == ["u"]
    assert not j.done("u").ended  # the third token still waits for a fourth


def test_a_receive_task_may_begin_the_process():
    """Table 10.9, instantiate: its message is there when the dossier begins."""
    j = Journey("start s\nreceive r message=Filed instantiate=true\nuser a b\ns -> a\nr -> b")
    assert j.open() == ["a"]
    moved = flow.start(j.spec, j.scope, j.now, "r")
    assert [w.element_id for w in flow.waiting(j.spec, moved.snapshot)] == ["b"]
