"""`move`: back to a passed step, or forward again, with the same concurrent branches."""

import pytest

from engine import flow
from tests.engine.flow.journey import Journey

LINE = "start s\nuser a b c\nend e\ns -> a -> b -> c -> e"


def illegal(j: Journey, element: str, to: str) -> bool:
    """Is the move rejected as illegal?"""
    with pytest.raises(flow.FlowRejected) as rejected:
        j.move(element, to)
    return rejected.value.code == "move_illegal"


def test_back_to_a_passed_step_and_forward_again():
    """The token leaves as moved; the step it left has been passed too."""
    j = Journey(LINE).done("a").done("b")
    token = j.token("c")
    j.move("c", "a")
    assert j.open() == ["a"]
    assert j.changes[0] == flow.TokenLeft(token, "c", "moved")
    assert j.move("a", "c").open() == ["c"]
    assert j.done("c").ended


def test_never_to_a_step_not_passed():
    """Forward over unknown ground is a repair of the diagram, not a move."""
    assert illegal(Journey(LINE), "a", "c")
    assert illegal(Journey(LINE).done("a"), "b", "nowhere")


def test_not_out_of_a_parallel_branch_but_within_it():
    """Back before the fork would run the other branch twice."""
    j = (
        Journey("start s\nuser z a a2 b after\nand g h\ns -> z -> g -> a -> a2 -> h -> after\ng -> b -> h")
        .done("z")
        .done("a")
    )
    assert illegal(j, "a2", "z")
    assert j.move("a2", "a").open() == ["a", "b"]
    j.done("a").done("a2").done("b")
    assert illegal(j, "after", "a")
    assert j.move("after", "z").open() == ["z"]
    assert j.done("z").done("a").done("a2").done("b").open() == ["after"]


def test_timers_of_the_left_task_are_cleared_and_set_anew():
    """The step begins afresh."""
    j = Journey("start s\nuser a b\nboundary t on=a timer=P1D\nend e\ns -> a -> b -> e\nt -> e").done("a")
    j.move("b", "a")
    assert len(j.waiting("timer")) == 1


def test_out_of_a_sub_process_only_if_it_holds_nothing_else():
    """The sub-process leaves with the token."""
    j = (
        Journey("start s\nuser a\nsub p1 {\nuser x y\nx -> y\n}\nend e\ns -> a -> p1 -> e")
        .done("a")
        .done("x")
    )
    assert j.move("y", "x").open() == ["x"]
    assert j.move("x", "a").open() == ["a"]
    j = Journey("start s\nuser a\nsub p1 {\nuser x y\n}\nend e\ns -> a -> p1 -> e").done("a")
    assert illegal(j, "x", "a")


def test_one_instance_of_a_loop_does_not_move():
    """The others would stay behind."""
    assert illegal(Journey("start s\nuser a\nuser u loop=parallel count=2\ns -> a -> u").done("a"), "u", "a")


def test_all_instances_of_a_loop_move_together_while_none_has_completed():
    """Nothing of the loop stays behind: neither the other instance nor the loop's timer."""
    drawn = "start s\nuser a\nuser u loop=parallel count=2\nboundary t on=u timer=P1D\nend e\ns -> a -> u -> e\nt -> e"
    j = Journey(drawn).done("a")
    moved = flow.move(j.spec, j.snapshot, j.token("u"), "a", j.scope, j.now, whole=True)
    left = [change for change in moved.changes if isinstance(change, flow.TokenLeft)]
    assert [one.reason for one in left] == ["moved", "moved"]
    assert [one.element_id for one in flow.waiting(j.spec, moved.snapshot)] == ["a"]
    j.done("u")
    with pytest.raises(flow.FlowRejected):
        flow.move(j.spec, j.snapshot, j.token("u"), "a", j.scope, j.now, whole=True)


def test_a_reminder_beside_the_task_does_not_forbid_its_return():
    """A non-interrupting event adds a branch; the main way stays what it was."""
    j = (
        Journey("start s\nuser a b note\nboundary t on=b timer=P1D non-interrupting\ns -> a -> b\nt -> note")
        .done("a")
        .wait(days=1)
    )
    assert j.move("b", "a").open() == ["a", "note"]
    assert illegal(j, "note", "a")


def test_the_memory_of_the_way_does_not_grow_with_loops():
    """Bounded by the diagram, not by age."""
    j = Journey(
        "start s\nxor m x\nand g h\nuser a b\nend e\ns -> m -> g -> a -> h -> x\ng -> b -> h\nx -> m if again\nx -> e default",
        {"again": True},
    )
    sizes = []
    for _ in range(200):
        j.done("a").done("b")
        sizes.append(len(j.snapshot))
    assert len(set(sizes[150:])) == 1  # before that the counters themselves still grow by a byte or two


@pytest.mark.parametrize(
    "j",
    [
        Journey(LINE).done("a").done("b"),
        Journey("start s\nuser z a a2 b after\nand g h\ns -> z -> g -> a -> a2 -> h -> after\ng -> b -> h")
        .done("z")
        .done("a"),
        Journey("start s\nuser a\nsub p1 {\nuser x y\nx -> y\n}\nend e\ns -> a -> p1 -> e")
        .done("a")
        .done("x"),
        Journey("start s\nuser a\nuser u loop=parallel count=2\ns -> a -> u").done("a"),
    ],
    ids=["line", "parallel", "sub-process", "loop"],
)
def test_what_may_be_returned_to_is_what_a_move_accepts(j: Journey):
    """`returnable` promises exactly the steps that `move` then takes; pages offer no other."""
    steps = {"a", "a2", "b", "c", "x", "y", "z", "u", "after"}
    for waiting in j.waiting("human"):
        offered = set(flow.returnable(j.spec, j.snapshot, waiting.id, j.now)) & steps
        taken = set()
        for to in steps:
            try:
                flow.move(j.spec, j.snapshot, waiting.id, to, j.scope, j.now)
                taken.add(to)
            except flow.FlowRejected:
                pass
        assert offered == taken, waiting.element_id
