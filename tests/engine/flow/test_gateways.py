"""Gateways (BPMN 2.0.2 §13.4)."""

from engine import flow
from tests.engine.flow.journey import Journey


def test_exclusive_takes_the_first_true_flow_only():
    """§13.4.2: conditions in the order of the diagram."""
    text = "start s\nxor x\nuser a b c\ns -> x\nx -> a if n > 5\nx -> b if n > 1\nx -> c default"
    assert Journey(text, {"n": 9}).open() == ["a"]
    assert Journey(text, {"n": 3}).open() == ["b"]
    assert Journey(text, {"n": 0}).open() == ["c"]


def test_a_condition_that_is_not_true_is_not_taken():
    """null, numbers and text are not true (DMN 1.5 three-valued logic)."""
    text = "start s\nxor x\nuser a c\ns -> x\nx -> a if n\nx -> c default"
    assert Journey(text, {"n": 1}).open() == ["c"]
    assert Journey(text).open() == ["c"]


def test_no_true_flow_is_an_incident_that_can_be_resumed():
    """§13.4.2: an exception; the token stays at the gateway, nothing is lost."""
    j = Journey("start s\nxor x\nuser u a b\ns -> u -> x\nx -> a if n > 5\nx -> b if n > 1")
    j.done("u")
    assert [i.code for i in j.of(flow.Incident)] == ["no_flow_true"]
    assert [w.kind for w in j.waiting()] == ["stuck"]
    assert j.resume(n=3).open() == ["b"]


def test_parallel_waits_for_every_branch():
    """§13.4.1."""
    j = Journey("start s\nand g h\nuser a b c\ns -> g -> a -> h -> c\ng -> b -> h")
    assert j.done("a").open() == ["b"]
    assert j.done("b").open() == ["c"]


def test_parallel_split_checks_no_conditions():
    """§13.4.1: every outgoing flow gets a token."""
    assert Journey("start s\nand g\nuser a b\ns -> g\ng -> a if false\ng -> b").open() == ["a", "b"]


def test_a_parallel_join_in_a_loop_waits_in_every_round():
    """§13.4.1; SpiffWorkflow's join fires early from the second round on."""
    j = Journey(
        "start s\nxor m x\nand g h\nuser a b\nend e\n"
        "s -> m -> g -> a -> h -> x\ng -> b -> h\nx -> m if again\nx -> e default",
        {"again": True},
    )
    for _ in range(3):
        assert j.done("b").open() == ["a"]
        assert j.done("a").open() == ["a", "b"]


def test_excess_tokens_stay_at_their_flow():
    """§13.4.1: one token of each flow is consumed, the others remain for the next firing."""
    j = Journey("start s\nand g k h\nuser a b c u\ns -> g -> k -> a -> h -> u\nk -> c -> a\ng -> b -> h")
    j.done("a")
    j.done("c")
    j.done("a")
    assert j.done("b").open() == ["u"]
    assert j.done("u").ended is False  # the second token of `a` still waits for a second one of `b`


def test_inclusive_split_takes_all_true_flows_and_joins_them():
    """§13.4.3."""
    text = "start s\nor g j\nuser a b c u\ns -> g\ng -> a if x > 0\ng -> b if x > 1\ng -> c if x > 2\na -> j\nb -> j\nc -> j\nj -> u"
    j = Journey(text, {"x": 2})
    assert j.open() == ["a", "b"]
    assert j.done("a").open() == ["b"]
    assert j.done("b").open() == ["u"]


def test_inclusive_join_does_not_wait_for_a_branch_that_ended():
    """§13.4.3: only tokens that can still arrive are waited for."""
    j = Journey(
        "start s\nand g\nor j\nxor x\nuser a b u\nend e\ns -> g -> a -> j -> u\ng -> b -> x\nx -> j if ok\nx -> e default",
        {"ok": False},
    )
    assert j.done("a").open() == ["b"]
    assert j.done("b").open() == ["u"]


def test_event_gateway_takes_the_first_event():
    """§13.4.4: the others are withdrawn."""
    text = "start s\nevents g\ncatch t timer=P1D\ncatch m message=M\nreceive r message=R\nuser a b c\ns -> g\ng -> t -> a\ng -> m -> b\ng -> r -> c"
    assert Journey(text).wait(days=1).open() == ["a"]
    j = Journey(text).message("M")
    assert j.open() == ["b"]
    assert len(j.of(flow.TimerCleared)) == 1
    assert [w.kind for w in j.waiting()] == ["human"]
    assert Journey(text).message("R").open() == ["c"]
