"""Relations between points and ranges (DMN 1.5 §10.3.4.11, table 84), by comparing bounds.

A bound is (value, rank): the rank orders what lies just below, at, or just above one value, so that the table's long
conditions become plain comparisons. A missing end is unbounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feel.budget import Frame
from feel.compare import equal, less
from feel.values import Range

from .registry import builtin

Answer = bool | None


def _proper(value: Any) -> bool:
    return value.__class__ is not Range or value.operator not in ("=", "!=")


def _lt(one: Any, other: Any) -> bool:
    return less(one, other) is True


def _eq(frame: Frame, one: Any, other: Any) -> bool:
    return one is not None and equal(frame, one, other) is True


def _comparable(one: Any, other: Any) -> bool:
    def ends(value: Any) -> list[Any]:
        found = [value.start, value.end] if value.__class__ is Range else [value]
        return [end for end in found if end is not None]

    return all(less(a, b) is not None for a in ends(one) for b in ends(other))


def relation(name: str, first: str, second: str) -> Callable[[Callable[[Frame, Any, Any], Answer]], Any]:
    """Declare a relation; `first` and `second` are `name: type` with type `any` (a point) or `range`."""

    def register(run: Callable[[Frame, Any, Any], Answer]) -> Any:
        def checked(frame: Frame, one: Any, other: Any) -> Answer:
            if one is None or other is None or not (_proper(one) and _proper(other)):
                return None
            for value, kind in ((one, first), (other, second)):
                if value.__class__ is Range and not kind.endswith("range"):
                    return None
            return run(frame, one, other) if _comparable(one, other) else None

        builtin(name, f"{first}, {second}")(checked)
        return run

    return register


def _ends_before(frame: Frame, one: Range, other: Range) -> bool:
    """Everything of `one` lies below everything of `other`."""
    if one.end is None or other.start is None:
        return False
    if _lt(one.end, other.start):
        return True
    return _eq(frame, one.end, other.start) and not (one.end_included and other.start_included)


def _start_not_after(frame: Frame, one: Range, other: Range) -> bool:
    """`one` starts where `other` does or earlier."""
    if one.start is None:
        return True
    if other.start is None:
        return False
    if _lt(one.start, other.start):
        return True
    return _eq(frame, one.start, other.start) and (one.start_included or not other.start_included)


def _end_not_before(frame: Frame, one: Range, other: Range) -> bool:
    """`one` ends where `other` does or later."""
    if one.end is None:
        return True
    if other.end is None:
        return False
    if _lt(other.end, one.end):
        return True
    return _eq(frame, one.end, other.end) and (one.end_included or not other.end_included)


def _as_range(value: Any) -> Range:
    return value if value.__class__ is Range else Range(value, value, True, True)


def _both(name: str, left: str, right: str, run: Callable[[Frame, Range, Range], Answer]) -> None:
    relation(name, f"{left}: range", f"{right}: range")(run)


def _before(frame: Frame, one: Any, other: Any) -> Answer:
    return _ends_before(frame, _as_range(one), _as_range(other))


def _after(frame: Frame, one: Any, other: Any) -> Answer:
    return _ends_before(frame, _as_range(other), _as_range(one))


for _name, _run in (("before", _before), ("after", _after)):
    relation(_name, "range1: range", "range2: range")(_run)
    relation(_name, "point1: any", "point2: any")(_run)
    relation(_name, "point: any", "range: range")(_run)
    relation(_name, "range: range", "point: any")(_run)


def _meets(frame: Frame, one: Range, other: Range) -> Answer:
    return one.end_included and other.start_included and _eq(frame, one.end, other.start)


def _overlaps(frame: Frame, one: Range, other: Range) -> Answer:
    return not _ends_before(frame, one, other) and not _ends_before(frame, other, one)


def _overlaps_before(frame: Frame, one: Range, other: Range) -> Answer:
    """Starts earlier, ends inside `other`, not after it."""
    starts_earlier = not _start_not_after(frame, other, one)
    return starts_earlier and bool(_overlaps(frame, one, other)) and _end_not_before(frame, other, one)


def _overlaps_after(frame: Frame, one: Range, other: Range) -> Answer:
    ends_later = not _end_not_before(frame, other, one)
    return ends_later and bool(_overlaps(frame, one, other)) and _start_not_after(frame, other, one)


def _includes(frame: Frame, outer: Range, inner: Any) -> Answer:
    inner = _as_range(inner)
    return _start_not_after(frame, outer, inner) and _end_not_before(frame, outer, inner)


def _same_start(frame: Frame, one: Range, other: Range) -> bool:
    return one.start_included == other.start_included and _eq(frame, one.start, other.start)


def _same_end(frame: Frame, one: Range, other: Range) -> bool:
    return one.end_included == other.end_included and _eq(frame, one.end, other.end)


def _starts(frame: Frame, one: Any, other: Range) -> Answer:
    if one.__class__ is not Range:
        return other.start_included and _eq(frame, one, other.start)
    return _same_start(frame, one, other) and _end_not_before(frame, other, one)


def _finishes(frame: Frame, one: Any, other: Range) -> Answer:
    if one.__class__ is not Range:
        return other.end_included and _eq(frame, one, other.end)
    return _same_end(frame, one, other) and _start_not_after(frame, other, one)


def _coincides(frame: Frame, one: Any, other: Any) -> Answer:
    if one.__class__ is Range:
        return _same_start(frame, one, other) and _same_end(frame, one, other)
    return _eq(frame, one, other)


_both("meets", "range1", "range2", _meets)
_both("met by", "range1", "range2", lambda frame, one, other: _meets(frame, other, one))
_both("overlaps", "range1", "range2", _overlaps)
_both("overlaps before", "range1", "range2", _overlaps_before)
_both("overlaps after", "range1", "range2", _overlaps_after)
_both("finishes", "range1", "range2", _finishes)
relation("finishes", "point: any", "range: range")(_finishes)
_both("finished by", "range1", "range2", lambda frame, one, other: _finishes(frame, other, one))
relation("finished by", "range: range", "point: any")(lambda frame, one, other: _finishes(frame, other, one))
_both("includes", "range1", "range2", _includes)
relation("includes", "range: range", "point: any")(_includes)
_both("during", "range1", "range2", lambda frame, one, other: _includes(frame, other, one))
relation("during", "point: any", "range: range")(lambda frame, one, other: _includes(frame, other, one))
_both("starts", "range1", "range2", _starts)
relation("starts", "point: any", "range: range")(_starts)
_both("started by", "range1", "range2", lambda frame, one, other: _starts(frame, other, one))
relation("started by", "range: range", "point: any")(lambda frame, one, other: _starts(frame, other, one))
_both("coincides", "range1", "range2", _coincides)
relation("coincides", "point1: any", "point2: any")(_coincides)
