"""`migrate`: a running dossier goes on on another version of its diagram."""

import pytest

from engine import flow
from tests.engine.flow.drawing import bpmn
from tests.engine.flow.journey import Journey

OLD = (
    "start s\nuser a b c\nand g h\nend e x\nboundary t on=b timer=P5D\n"
    "s -> a -> g -> b -> h -> e\ng -> c -> h\nt -> x\nevent-sub es {\nstart m message=M\nuser w\nm -> w\n}"
)


def onto(j: Journey, text: str, renamed: dict[str, str] | None = None) -> Journey:
    """Migrates the journey to the diagram `text`."""
    new = flow.parse({"new.bpmn": bpmn(text)}, "p")
    moved = flow.migrate(j.spec, new, j.snapshot, j.scope, j.now, renamed)
    j.spec = new
    return j._take(moved)


def test_tokens_keep_their_ids_and_timers():
    """More nodes before and after change every number; the position stays."""
    j = Journey(OLD).done("a")
    before = [(w.id, w.element_id, w.due_at) for w in j.waiting()]
    onto(j, "user first\n" + OLD.replace("s -> a", "s -> first -> a"))
    assert [(w.id, w.element_id, w.due_at) for w in j.waiting()] == before
    assert j.changes == ()
    assert j.done("b").done("c").ended


def test_arrivals_at_a_join_are_carried_over():
    """The other branch is still waited for."""
    j = onto(Journey(OLD).done("a").done("c"), OLD.replace("g -> c -> h", "user d\ng -> d\nd -> c\nc -> h"))
    assert j.open() == ["b"]
    assert j.done("b").ended


def test_a_renamed_step_is_found_by_its_new_name():
    """The caller says what became of it."""
    j = onto(
        Journey(OLD), OLD.replace("user a b c", "user a2 b c").replace("s -> a ->", "s -> a2 ->"), {"a": "a2"}
    )
    assert j.done("a2").open() == ["b", "c"]


def test_a_step_that_is_gone_is_named():
    """Nothing happened: the dossier stays on its version."""
    j = Journey(OLD)
    with pytest.raises(flow.FlowRejected) as rejected:
        onto(j, "start s\nuser z\nend e\ns -> z -> e")
    assert rejected.value.code == "cannot_migrate"
    assert "“a”" in rejected.value.sentence_en


def test_events_come_and_go_with_the_version():
    """A timer that is no more is cleared, a new one counts from now."""
    new = OLD.replace("boundary t on=b timer=P5D", "boundary t2 on=c timer=P1D").replace("t -> x", "t2 -> x")
    j = onto(Journey(OLD).done("a"), new)
    assert [type(x).__name__ for x in j.changes] == ["TimerCleared", "TimerSet"]
    assert j.wait(days=1).open() == ["b"]


def test_the_way_back_is_remembered():
    """`move` still knows the passed steps, whatever their new numbers."""
    j = Journey("start s\nuser a b\nend e\ns -> a -> b -> e").done("a")
    onto(j, "user new\nend e\nuser b a\nstart s\ns -> new -> a -> b -> e")
    assert j.move("b", "a").open() == ["a"]
    with pytest.raises(flow.FlowRejected):
        j.move("a", "new")


def test_loops_and_sub_processes_are_carried_over():
    """Instances keep their items, scopes their tokens."""
    text = "start s\nsub p1 loop=parallel collection=units {\nuser u v\nu -> v\n}\nend e\ns -> p1 -> e"
    j = Journey(text, {"units": ["A", "B"]}).done("u")
    onto(j, text.replace("user u v", "task t\nuser u v").replace("u -> v", "t -> u\nu -> v"))
    assert sorted((w.element_id, w.item) for w in j.waiting()) == [("u", "B"), ("v", "A")]
    assert j.done("u").done("v").done("v").ended
