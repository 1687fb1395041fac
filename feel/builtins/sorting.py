"""`sort` (DMN 1.5 §10.3.4.8) and the functions of §10.3.4.2 and §10.3.4.12 that fit no other table."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from feel.budget import Frame, charge_steps
from feel.calls import invoke
from feel.compare import equal, less
from feel.values import FunctionValue

from .registry import builtin


class _NoOrder(Exception):
    """`precedes` answered something that is no boolean."""


@builtin("sort", "list: list, precedes?: function")
def sort(frame: Frame, items: list[Any], precedes: FunctionValue | None = None) -> list[Any] | None:
    """A stable sort; null if two items cannot be ordered. Without `precedes`: ascending."""

    def order(one: Any, other: Any) -> int:
        charge_steps(frame)
        for left, right, answer in ((one, other, -1), (other, one, 1)):
            verdict = less(left, right) if precedes is None else invoke(frame, precedes, [left, right])
            if verdict.__class__ is not bool:
                raise _NoOrder
            if verdict:
                return answer
        return 0

    try:
        return sorted(items, key=cmp_to_key(order))
    except _NoOrder:
        return None


@builtin("not", "negand: any")
def negation(frame: Frame, negand: Any) -> bool | None:
    return not negand if negand.__class__ is bool else None


@builtin("is", "value1: any?, value2: any?")
def same(frame: Frame, one: Any, other: Any) -> bool:
    """Equal, and the same element of the semantic domain: zones count, seconds count exactly."""
    if one.__class__.__name__ in ("Time", "DateTime", "Date"):
        return bool(one == other)
    if one.__class__ is list and other.__class__ is list:
        charge_steps(frame, len(one))
        return len(one) == len(other) and all(same(frame, a, b) for a, b in zip(one, other, strict=True))
    return equal(frame, one, other) is True
