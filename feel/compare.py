"""Equality, order and membership in three-valued logic (DMN 1.5 §10.3.2.13, tables 51-54)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from feel.budget import Frame, charge_steps
from feel.temporal import NANO, Duration, YearsMonths
from feel.values import Range

_ORDERED = (Duration, YearsMonths)


def kind_of(value: Any) -> str:
    """The FEEL type family two values must share to be comparable."""
    kind = value.__class__
    if kind is int or kind is Decimal:
        return "number"
    return str(kind.__name__)


def equal(frame: Frame, left: Any, right: Any) -> bool | None:
    """`left = right`: true, false, or null where the types cannot be compared."""
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind in ("number", "str", "bool", "Date", "Duration", "YearsMonths"):
        return bool(left == right)
    if kind == "list":
        return _equal_lists(frame, left, right)
    if kind == "dict":
        return _equal_contexts(frame, left, right)
    if kind == "DateTime":
        return left.time.local is right.time.local and left.instant // NANO == right.instant // NANO
    if kind == "Time":
        return left.local is right.local and left.utc_nanos // NANO == right.utc_nanos // NANO
    if kind == "Range":
        return _equal_ranges(frame, left, right)
    return True if left is right else None


def less(left: Any, right: Any) -> bool | None:
    """`left < right`, or null where the values have no order."""
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind in ("number", "str", "Duration", "YearsMonths"):
        return bool(left < right)
    if kind == "Date":
        return bool(left.ordinal < right.ordinal)
    if kind == "DateTime" and left.time.local is right.time.local:
        return bool(left.instant < right.instant)
    if kind == "Time" and left.local is right.local:
        return bool(left.utc_nanos < right.utc_nanos)
    return None


def compare(frame: Frame, operator: str, left: Any, right: Any) -> bool | None:
    """Any of the six comparison operators."""
    match operator:
        case "=":
            return equal(frame, left, right)
        case "!=":
            same = equal(frame, left, right)
            return None if same is None else not same
        case "<":
            return less(left, right)
        case ">":
            return less(right, left)
        case "<=":
            return _or_equal(frame, left, right, less(left, right))
        case _:
            return _or_equal(frame, left, right, less(right, left))


def single(value: Any) -> Any:
    """A list of one as its item (the implicit conversion of DMN 1.5 §10.3.2.9.4), anything else as it is."""
    return value[0] if value.__class__ is list and len(value) == 1 else value


def in_range(frame: Frame, value: Any, interval: Range) -> bool | None:
    """Whether `value` lies in the interval (or passes the test); null where they cannot be compared."""
    if interval.operator == "=":
        return equal(frame, value, interval.start)
    if interval.operator == "!=":
        same = equal(frame, value, interval.start)
        return None if same is None else not same
    if value is None or (interval.start is None and interval.end is None):
        return None
    above: bool | None = True
    below: bool | None = True
    if interval.start is not None:
        above = compare(frame, ">=" if interval.start_included else ">", value, interval.start)
    if interval.end is not None:
        below = compare(frame, "<=" if interval.end_included else "<", value, interval.end)
    if above is None or below is None:
        return None
    return above and below


def passes(frame: Frame, value: Any, test: Any) -> bool | None:
    """One test after `in`, or one cell's value: a range, a list of tests, or an equal value."""
    if test.__class__ is Range:
        if value.__class__ is Range:
            return equal(frame, value, test)
        return in_range(frame, value, test)
    if test.__class__ is list:
        if value.__class__ is list and equal(frame, value, test):
            return True
        charge_steps(frame, len(test))
        return any_true(
            in_range(frame, value, item) if item.__class__ is Range else equal(frame, value, item)
            for item in test
        )
    return equal(frame, value, test)


def any_true(results: Any) -> bool:
    """Membership is true as soon as one test is; a test that cannot be made is no match."""
    return any(result is True for result in results)


def _or_equal(frame: Frame, left: Any, right: Any, strictly: bool | None) -> bool | None:
    if strictly is None:
        return None
    return strictly or equal(frame, left, right)


def _equal_lists(frame: Frame, left: list[Any], right: list[Any]) -> bool | None:
    if len(left) != len(right):
        return False
    charge_steps(frame, len(left))
    return all(equal(frame, one, other) is True for one, other in zip(left, right, strict=True))


def _equal_contexts(frame: Frame, left: dict[str, Any], right: dict[str, Any]) -> bool | None:
    if left.keys() != right.keys():
        return False
    charge_steps(frame, len(left))
    return all(equal(frame, value, right[key]) is True for key, value in left.items())


def _equal_ranges(frame: Frame, left: Range, right: Range) -> bool:
    if {left.operator, right.operator} & {"=", "!="} and left.operator != right.operator:
        return False
    return (
        left.start_included == right.start_included
        and left.end_included == right.end_included
        and equal(frame, left.start, right.start) is True
        and equal(frame, left.end, right.end) is True
    )
