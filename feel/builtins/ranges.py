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


def relation(name: str, shapes: dict[str, str], run: Callable[[Frame, Any, Any], Answer]) -> None:
    """Declare a relation. `shapes` maps what the operands are (`P` a point, `R` a range) to the parameters' names."""

    def checked(frame: Frame, one: Any, other: Any) -> Answer:
        shape = "".join("R" if value.__class__ is Range else "P" for value in (one, other))
        if shape not in shapes or one is None or other is None or not (_proper(one) and _proper(other)):
            return None
        return run(frame, one, other) if _comparable(one, other) else None

    for parameters in dict.fromkeys(shapes.values()):
        first, second = parameters.split()
        builtin(name, f"{first}: any, {second}: any")(checked)


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


def _before(frame: Frame, one: Any, other: Any) -> Answer:
    return _ends_before(frame, _as_range(one), _as_range(other))


def _meets(frame: Frame, one: Range, other: Range) -> Answer:
    return one.end_included and other.start_included and _eq(frame, one.end, other.start)


def _overlaps(frame: Frame, one: Range, other: Range) -> Answer:
    return not _ends_before(frame, one, other) and not _ends_before(frame, other, one)


def _overlaps_before(frame: Frame, one: Range, other: Range) -> Answer:
    """Starts earlier than `other`, ends inside of it."""
    starts_earlier = not _start_not_after(frame, other, one)
    return starts_earlier and bool(_overlaps(frame, one, other)) and _end_not_before(frame, other, one)


def _overlaps_after(frame: Frame, one: Range, other: Range) -> Answer:
    """Starts inside `other`, later than it, and does not end before it."""
    starts_later = not _start_not_after(frame, one, other)
    return starts_later and bool(_overlaps(frame, one, other)) and _end_not_before(frame, one, other)


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


def _turned(run: Callable[[Frame, Any, Any], Answer]) -> Callable[[Frame, Any, Any], Answer]:
    return lambda frame, one, other: run(frame, other, one)


_RANGES = {"RR": "range1 range2"}
_POINT_FIRST = {"RR": "range1 range2", "PR": "point range"}
_RANGE_FIRST = {"RR": "range1 range2", "RP": "range point"}
_ANY_ORDER = {"PP": "point1 point2", "PR": "point range", "RP": "range point", "RR": "range1 range2"}

relation("before", _ANY_ORDER, _before)
relation("after", _ANY_ORDER, _turned(_before))
relation("meets", _RANGES, _meets)
relation("met by", _RANGES, _turned(_meets))
relation("overlaps", _RANGES, _overlaps)
relation("overlaps before", _RANGES, _overlaps_before)
relation("overlaps after", _RANGES, _overlaps_after)
relation("finishes", _POINT_FIRST, _finishes)
relation("finished by", _RANGE_FIRST, _turned(_finishes))
relation("includes", _RANGE_FIRST, _includes)
relation("during", _POINT_FIRST, _turned(_includes))
relation("starts", _POINT_FIRST, _starts)
relation("started by", _RANGE_FIRST, _turned(_starts))
relation("coincides", {"PP": "point1 point2", "RR": "range1 range2"}, _coincides)
