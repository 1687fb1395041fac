"""Events with several triggers (BPMN 2.0.2 §10.5.5.8, §10.5.5.9): one of them is enough, or all must happen."""

import pytest

from engine import flow
from tests.engine.flow.drawing import bpmn
from tests.engine.flow.journey import Journey
from tests.engine.flow.test_migrate import onto


@pytest.mark.parametrize("trigger", ["S", "T"])
def test_the_first_trigger_of_a_multiple_event_is_enough(trigger: str):
    """The timer beside it is cleared, and the second signal finds nobody."""
    j = Journey("start s\ncatch c signal=S,T timer=P1D\nuser a\nend e\ns -> c -> a -> e")
    assert len(j.waiting("timer")) == 1
    assert len(j.waiting("signal")) == 2
    j.signal(trigger)
    assert j.open() == ["a"]
    assert j.of(flow.TimerCleared)
    assert j.of(flow.Passed) == [flow.Passed("c")]
    assert j.signal("T").open() == ["a"]
    assert j.done("a").ended


def test_a_parallel_multiple_event_waits_for_all():
    """In any order; half of it is not enough."""
    j = Journey("start s\ncatch c signal=S timer=P1D together\nuser a\nend e\ns -> c -> a -> e")
    assert j.wait(days=2).open() == []
    assert j.signal("S").open() == ["a"]
    assert j.of(flow.Passed) == [flow.Passed("c")]
    assert j.done("a").ended


def test_a_signal_thrown_beside_its_catch_in_the_same_step_is_heard():
    """Concurrent branches have no order: whichever flow is drawn first."""
    text = "start s\nand g\nthrow t signal=S,T\ncatch c signal=S\ncatch d signal=T\nuser a b\nend e f h\ns -> g -> t -> e\ng -> c -> a -> f\ng -> d -> b -> h"
    assert Journey(text).open() == ["a", "b"]


def test_each_trigger_of_a_border_interrupts():
    text = "start s\nuser u w\nboundary b on=u error=E timer=P1D message=M\nend e f\ns -> u -> e\nb -> w -> f"
    for happen in (lambda j: j.throw("u", "error", "E"), lambda j: j.wait(days=1), lambda j: j.message("M")):
        j = Journey(text)
        happen(j)
        assert j.open() == ["w"]
        assert j.waiting("timer") == j.waiting("message") == []
        assert j.done("w").ended


def test_a_non_interrupting_border_hears_every_trigger():
    text = "start s\nuser u w\nboundary b on=u signal=S timer=P1D non-interrupting\nend e f\ns -> u -> e\nb -> w -> f"
    j = Journey(text).signal("S").wait(days=1).signal("S")
    assert j.open() == ["u", "w", "w", "w"]


def test_an_event_sub_process_with_two_triggers_runs_once_when_it_interrupts():
    text = "start s\nuser u\nend e\ns -> u -> e\nevent-sub es {\nstart m message=M signal=S\nuser w\nend f\nm -> w -> f\n}"
    j = Journey(text).signal("S")
    assert j.open() == ["w"]
    assert j.message("M").open() == ["w"]
    assert j.done("w").ended


def test_an_event_gateway_waits_for_each_trigger_of_the_event_after_it():
    text = "start s\nevents g\ncatch c signal=S,T\ncatch d timer=P1D\nuser a b\nend e f\ns -> g -> c -> a -> e\ng -> d -> b -> f"
    assert Journey(text).signal("T").open() == ["a"]
    assert Journey(text).wait(days=1).open() == ["b"]


def test_everything_that_a_multiple_end_throws_is_thrown():
    text = "start s\nuser a\nend e message=M signal=S escalation=X\ns -> a -> e"
    j = Journey(text).done("a")
    assert [c.name for c in j.of(flow.MessageThrown)] == ["M"]
    assert [c.name for c in j.of(flow.SignalThrown)] == ["S"]
    assert j.ended


def test_what_only_an_intermediate_event_can_wait_for_together_is_refused():
    text = "start s\nuser u\nboundary b on=u signal=S timer=P1D together\nend e f\ns -> u -> e\nb -> f"
    with pytest.raises(flow.FlowRefused) as refusal:
        flow.parse({"p.bpmn": bpmn(text)}, "p")
    assert [(p.code, p.element_id) for p in refusal.value.problems] == [("multiple_together", "b")]


def test_several_triggers_are_carried_onto_another_version():
    """Those that both have stay as they are; a new one is armed."""
    text = "start s\nuser u w\nboundary b on=u signal=S timer=P1D\ncatch c signal=S timer=P2D together\nend e f\ns -> u -> c -> e\nb -> w -> f"
    j = Journey(text)
    before = j.waiting()
    onto(j, text.replace("timer=P1D", "timer=P1D message=M"))
    assert set(before) <= set(j.waiting())
    assert len(j.waiting("message")) == 1
    j.done("u").signal("S")
    onto(j, text)
    assert j.wait(days=2).ended
