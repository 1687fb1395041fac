"""Comparison of unlike values as the form-js viewer has it, whose FEEL leaves that to JavaScript; DMN 1.5 says null.
(There, too, `if` takes every value but false and null for true: feel/compile.py.)

Only e-forms ask for it: what a designer sees in the editor's preview must be what the server answers.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from feel.budget import Frame
from feel.compare import compare, kind_of

_LIKE_NUMBERS = ("number", "str", "bool")
_WITHOUT_ORDER = ("list", "dict")


def compare_loosely(frame: Frame, operator: str, left: Any, right: Any) -> bool | None:
    """As `compare`, but unlike values are unequal, and ordered by their numbers where they have some."""
    outcome = compare(frame, operator, left, right)
    if outcome is not None or left is None or right is None or operator == "=":
        return outcome
    kinds = kind_of(left), kind_of(right)
    if operator == "!=":
        return True if kinds[0] != kinds[1] else None
    if not all(kind in _LIKE_NUMBERS or kind in _WITHOUT_ORDER for kind in kinds):
        return None
    one, other = _number(left), _number(right)
    return False if one is None or other is None else compare(frame, operator, one, other)


def _number(value: Any) -> int | Decimal | None:
    """JavaScript's Number(value), None for NaN."""
    if value.__class__ is bool:
        return int(value)
    if value.__class__ is not str:
        return value if value.__class__ in (int, Decimal) else None
    try:
        number = Decimal(value.strip() or "0") if len(value) <= 1_000 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
