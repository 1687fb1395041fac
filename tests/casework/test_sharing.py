"""Shared out by load: nobody ends with more than one task above another, the urgent stay where they are."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from casework.sharing import plan


def tasks(*holders: str) -> list[dict[str, object]]:
    return [
        {"id": n, "assignee": holder or None, "status": "claimed" if holder else "open"}
        for n, holder in enumerate(holders)
    ]


def test_what_nobody_holds_goes_to_who_has_least_the_most_urgent_first():
    moves = plan(["lan", "minh"], tasks("lan", "", "lan", ""), most=9, loads={"lan": 2})
    assert [(move.task["id"], move.from_officer, move.to_officer) for move in moves] == [
        (1, "", "minh"),
        (3, "", "minh"),
    ]


def test_who_has_most_gives_up_what_is_least_urgent():
    moves = plan(["lan", "minh"], tasks("lan", "lan", "lan", "lan"), most=9, loads={"lan": 4})
    assert [(move.task["id"], move.to_officer) for move in moves] == [(3, "minh"), (2, "minh")]


def test_no_more_moves_than_asked_for_and_none_without_officers():
    assert len(plan(["lan", "minh"], tasks(*["lan"] * 9), most=2, loads={"lan": 9})) == 2
    assert plan([], tasks("", "lan"), most=9, loads={}) == []


@given(st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=30))
def test_loads_end_even(holders: list[str]):
    loads = Counter(holder for holder in holders if holder)
    moves = plan(["a", "b", "c"], tasks(*holders), most=99, loads=loads)
    for move in moves:
        loads[move.to_officer] += 1
        if move.from_officer:
            loads[move.from_officer] -= 1
    assert sum(loads.values()) == len(holders)
    assert max(loads[o] for o in "abc") - min(loads[o] for o in "abc") <= 1
    assert len({move.task["id"] for move in moves}) == len(moves), "no task is moved twice"
