"""The values of FEEL and how they look in Python.

| FEEL | inside an evaluation | given and returned |
|---|---|---|
| null, boolean, string | None, bool, str | the same |
| number | int or Decimal, 34 digits, half-even, never float | the same; a float in a context is read as its shortest decimal |
| date, time, date and time, days and time duration | `temporal.Date`, `Time`, `DateTime`, `Duration` | `datetime.date`, `time`, `datetime`, `timedelta` where they hold it exactly, else the same |
| years and months duration | `temporal.YearsMonths` | the same |
| list, context | list, dict with str keys | the same (tuples and other mappings are read, too) |
| range | `Range` | the same |
| function | `FunctionValue` | the same |
"""

from __future__ import annotations

import datetime as py
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from feel.budget import Frame, charge_size
from feel.temporal import Date, DateTime, Duration, Time, YearsMonths, from_py, to_py
from feel.temporal_text import parse_any, temporal_text

# DMN 1.5 §10.3.2.3.1: IEEE 754 decimal128. No traps: an impossible result is not finite and becomes null.
ARITHMETIC = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
EXACT = 10**34  # ints below this need no rounding

NUMBERS = frozenset((int, Decimal))
PLAIN = frozenset((int, str, bool, type(None)))  # classes that need no conversion at either edge
TEMPORALS = frozenset((Date, Time, DateTime, Duration, YearsMonths))


@dataclass(frozen=True, slots=True)
class Range:
    """An interval, or a test such as `< 5` (`operator` says which; a missing end is None)."""

    start: Any
    end: Any
    start_included: bool
    end_included: bool
    operator: str = ".."


class FunctionValue:
    """A function as a value: `parameters` are its names, `call(frame, arguments)` runs it."""

    __slots__ = ("call", "frame", "parameters", "variadic")

    def __init__(
        self,
        parameters: tuple[str, ...],
        call: Callable[[Frame, Sequence[Any]], Any],
        frame: Frame | None = None,
        variadic: bool = False,
    ) -> None:
        self.parameters = parameters
        self.call = call
        self.frame = frame
        self.variadic = variadic


def number(value: Decimal | int | float) -> int | Decimal | None:
    """A FEEL number: rounded to 34 digits, an int where it is whole and exact; None where it is not finite."""
    if value.__class__ is int and -EXACT < value < EXACT:
        return value
    if isinstance(value, float):
        value = Decimal(repr(value))
    rounded = ARITHMETIC.create_decimal(value)
    if not rounded.is_finite():
        return None
    if rounded.adjusted() < 34 and rounded == rounded.to_integral_value():
        return int(rounded)
    return rounded


def finite(value: Decimal) -> Decimal | None:
    """The result of one decimal operation, or null."""
    return value if value.is_finite() else None


def from_python(value: Any, frame: Frame | None = None) -> Any:
    """A FEEL value from a value in a context; unchanged lists and dicts are returned as they are."""
    kind = value.__class__
    if kind in PLAIN:
        return value if kind is not int else number(value)
    if kind is Decimal or kind is float:
        return number(value)
    if kind in TEMPORALS or kind is Range or kind is FunctionValue:
        return value
    if frame is None:
        frame = [None, None, None]
    return _walk(value, frame, 0, from_python_leaf)


def from_python_leaf(value: Any) -> Any:
    if isinstance(value, float | Decimal | int) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, py.date | py.time | py.timedelta):
        return from_py(value)
    if value.__class__ in TEMPORALS or isinstance(value, Range | FunctionValue | bool | str) or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if callable(value):
        return FunctionValue((), lambda _frame, arguments: from_python(value(*arguments)), variadic=True)
    return None


def to_python(value: Any, frame: Frame | None = None) -> Any:
    """A result as Python's own types (see the table above)."""
    if value.__class__ in PLAIN or value.__class__ is Decimal:
        return value
    return _walk(value, frame if frame is not None else [None, None, None], 0, to_python_leaf)


def to_python_leaf(value: Any) -> Any:
    kind = value.__class__
    if kind is Date or kind is DateTime or kind is Time or kind is Duration:
        return to_py(value)
    if kind is Range:
        return Range(
            to_python_leaf(value.start),
            to_python_leaf(value.end),
            value.start_included,
            value.end_included,
            value.operator,
        )
    return value


def _walk(value: Any, frame: Frame, depth: int, leaf: Callable[[Any], Any]) -> Any:
    """`leaf` over everything in lists and mappings; the same object where nothing changed."""
    if isinstance(value, Mapping):
        _enter(frame, len(value), depth)
        entries = {}
        same = value.__class__ is dict
        for key, item in value.items():
            new = (
                item
                if item.__class__ in PLAIN and item.__class__ is not int
                else _walk(item, frame, depth + 1, leaf)
            )
            same = same and new is item
            entries[str(key)] = new
        return value if same else entries
    if isinstance(value, list | tuple):
        _enter(frame, len(value), depth)
        items = []
        same = value.__class__ is list
        for item in value:
            new = (
                item
                if item.__class__ in PLAIN and item.__class__ is not int
                else _walk(item, frame, depth + 1, leaf)
            )
            same = same and new is item
            items.append(new)
        return value if same else items
    return leaf(value)


def _enter(frame: Frame, size: int, depth: int) -> None:
    if depth > 100:
        from feel.errors import BudgetExceeded

        raise BudgetExceeded("depth")
    if size > 16 or depth:
        charge_size(frame, size)


def plain_number(value: int | Decimal) -> str:
    """A number as text without exponent and without useless zeros."""
    if value.__class__ is int:
        return str(value)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def to_json(value: Any) -> Any:
    """A JSON-ready value: numbers as int or Decimal, temporals as ISO 8601 text, ranges and functions as text.

    The text of a temporal is what `from_json` reads back. Decimals stay Decimals (give your encoder a rule).
    """
    value = from_python(value)
    if isinstance(value, Date | Time | DateTime | Duration | YearsMonths):
        return temporal_text(value)
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, Range | FunctionValue):
        from .builtins.conversion import text_of

        return text_of(value)
    return value


def from_json(value: Any) -> Any:
    """The other way: ISO 8601 texts become temporals, everything else stays. Returned as `to_python` gives it."""
    if isinstance(value, str):
        parsed = parse_any(value) if value[:1] in "0123456789-P" and len(value) < 80 else None
        return value if parsed is None else to_python_leaf(parsed)
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    return value
