"""Work that outlasts a page: done once, known for a while, begun anew after a failure."""

from __future__ import annotations

import threading

import pytest

from casework.underway import Underway

LONG = 20.0


def test_it_is_done_once_and_known_for_a_while() -> None:
    """Who has no patience is told that it is under way; who asks again gets the result, and so does everybody after."""
    over, begun = threading.Event(), []

    def work() -> str:
        begun.append(1)
        return "done" if over.wait(LONG) else "late"

    works = Underway[str, str](LONG)
    assert works.ask("a", work, patience=0) is None
    assert works.ask("a", work, patience=0) is None
    over.set()
    assert [works.ask("a", work, patience=LONG) for _ in range(3)] == ["done"] * 3
    assert len(begun) == 1


def test_it_is_done_anew_when_its_time_is_over_or_others_came() -> None:
    """Nothing is told for longer than was said, and memory is bounded."""
    answers = iter(range(9))
    short, few = Underway[str, int](0.0), Underway[str, int](LONG, most=1)

    def work() -> int:
        return next(answers)

    assert [short.ask("a", work, patience=LONG) for _ in range(2)] == [0, 1]
    assert [few.ask(key, work, patience=LONG) for key in "aaba"] == [2, 2, 3, 4]


def test_what_is_kept_weighs_no_more_than_was_said() -> None:
    """Large results push older ones out; one alone may be larger; what is past its time is not kept on."""
    heavy, begun = Underway[str, str](LONG, weigh=len, room=10), []

    def of(size: int) -> str:
        begun.append(size)
        return "x" * size

    for size in (4, 5, 6, 5, 50, 50, 5):
        heavy.ask(str(size), lambda size=size: of(size), patience=LONG)  # type: ignore[misc]
    assert begun == [4, 5, 6, 5, 50, 5]


def test_a_failure_is_told_once() -> None:
    """Whoever asks next begins anew."""
    works, answers = Underway[str, float](LONG), iter([0, 2])

    def work() -> float:
        return 1 / next(answers)

    with pytest.raises(ZeroDivisionError):
        works.ask("a", work, patience=LONG)
    assert works.ask("a", work, patience=LONG) == 0.5
