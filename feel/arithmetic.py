"""`+ - * / **` and unary minus (DMN 1.5 §10.3.2.12, tables 56-60): null wherever the table has no entry."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from feel.budget import Frame, charge_size
from feel.temporal import (
    DAY,
    Date,
    DateTime,
    Duration,
    Time,
    YearsMonths,
    add_months,
    date_from_ordinal,
    from_instant,
)
from feel.values import ARITHMETIC, EXACT, finite, number

Run = Callable[[Frame], Any]


def negate(value: Any) -> Any:
    kind = value.__class__
    if kind is int or kind is Decimal:
        return -value
    if kind is Duration:
        return Duration(-value.nanos)
    if kind is YearsMonths:
        return YearsMonths(-value.months)
    return None


def compile_add(left: Run, right: Run) -> Run:
    def run(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        if one.__class__ is int and other.__class__ is int:
            total = one + other
            return total if -EXACT < total < EXACT else number(total)
        return add(frame, one, other)

    return run


def compile_subtract(left: Run, right: Run) -> Run:
    def run(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        if one.__class__ is int and other.__class__ is int:
            total = one - other
            return total if -EXACT < total < EXACT else number(total)
        return subtract(one, other)

    return run


def compile_multiply(left: Run, right: Run) -> Run:
    def run(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        if one.__class__ is int and other.__class__ is int:
            total = one * other
            return total if -EXACT < total < EXACT else number(total)
        return multiply(one, other)

    return run


def compile_divide(left: Run, right: Run) -> Run:
    return lambda frame: divide(left(frame), right(frame))


def compile_power(left: Run, right: Run) -> Run:
    return lambda frame: power(left(frame), right(frame))


def is_number(value: Any) -> bool:
    return value.__class__ is int or value.__class__ is Decimal


def add(frame: Frame, one: Any, other: Any) -> Any:
    if is_number(one):
        return finite(ARITHMETIC.add(one, other)) if is_number(other) else None
    kind = one.__class__
    if kind is str and other.__class__ is str:
        charge_size(frame, len(one) + len(other))
        return one + other
    if kind is Duration or kind is YearsMonths:
        if other.__class__ is kind:
            return _together(one, other, 1)
        return _shift(other, one, 1)
    return _shift(one, other, 1)


def subtract(one: Any, other: Any) -> Any:
    if is_number(one):
        return finite(ARITHMETIC.subtract(one, other)) if is_number(other) else None
    kind = other.__class__
    if kind is Duration or kind is YearsMonths:
        if one.__class__ is kind:
            return _together(one, other, -1)
        return _shift(one, other, -1)
    if one.__class__ is Time and kind is Time:
        return Duration(one.utc_nanos - other.utc_nanos) if one.local is other.local else None
    if one.__class__ in (Date, DateTime) and kind in (Date, DateTime):
        return _distance(one, other)
    return None


def multiply(one: Any, other: Any) -> Any:
    if is_number(one) and is_number(other):
        return finite(ARITHMETIC.multiply(one, other))
    if is_number(one):
        one, other = other, one
    if not is_number(other):
        return None
    if one.__class__ is Duration:
        return _duration(ARITHMETIC.multiply(one.nanos, other))
    if one.__class__ is YearsMonths:
        return _months(ARITHMETIC.multiply(one.months, other))
    return None


def divide(one: Any, other: Any) -> Any:
    if is_number(other):
        if other == 0:
            return None
        if is_number(one):
            return number(ARITHMETIC.divide(one, other))
        if one.__class__ is Duration:
            return _duration(ARITHMETIC.divide(one.nanos, other))
        return _months(ARITHMETIC.divide(one.months, other)) if one.__class__ is YearsMonths else None
    if one.__class__ is Duration and other.__class__ is Duration and other.nanos:
        return number(ARITHMETIC.divide(one.nanos, other.nanos))
    if one.__class__ is YearsMonths and other.__class__ is YearsMonths and other.months:
        return number(ARITHMETIC.divide(one.months, other.months))
    return None


def power(one: Any, other: Any) -> Any:
    if not (is_number(one) and is_number(other)):
        return None
    if one == 0 and other == 0:
        return 1
    result = ARITHMETIC.power(Decimal(one), Decimal(other))
    return number(result) if result.is_finite() else None


def _duration(nanos: Decimal) -> Duration | None:
    return Duration(int(nanos)) if nanos.is_finite() and abs(nanos) < EXACT else None


def _months(months: Decimal) -> YearsMonths | None:
    return YearsMonths(int(months)) if months.is_finite() and abs(months) < EXACT else None


def _together(one: Any, other: Any, sign: int) -> Duration | YearsMonths:
    """The sum of two durations of one kind, or their difference."""
    if isinstance(one, Duration):
        return Duration(one.nanos + sign * other.nanos)
    return YearsMonths(one.months + sign * other.months)


def _shift(moment: Any, duration: Any, sign: int) -> Any:
    """A date, time, or date and time moved by a duration."""
    kind = moment.__class__
    if duration.__class__ is YearsMonths:
        if kind is Date:
            return add_months(moment, sign * duration.months)
        if kind is DateTime:
            date = add_months(moment.date, sign * duration.months)
            return None if date is None else DateTime(date, moment.time)
        return None
    if duration.__class__ is not Duration:
        return None
    if kind is Date:
        return date_from_ordinal((moment.ordinal * DAY + sign * duration.nanos) // DAY)
    if kind is Time:
        return Time((moment.nanos + sign * duration.nanos) % DAY, moment.offset, moment.zone)
    if kind is DateTime:
        return from_instant(moment.instant + sign * duration.nanos, moment.time)
    return None


def _distance(one: Date | DateTime, other: Date | DateTime) -> Duration | None:
    """A date counts as its midnight in UTC, so it has no distance to a local date and time."""
    if one.__class__ is not other.__class__:
        one, other = (_at_midnight(value) for value in (one, other))
    if isinstance(one, DateTime) and isinstance(other, DateTime):
        return Duration(one.instant - other.instant) if one.time.local is other.time.local else None
    assert isinstance(one, Date)
    assert isinstance(other, Date)
    return Duration((one.ordinal - other.ordinal) * DAY)


def _at_midnight(value: Date | DateTime) -> DateTime:
    return DateTime(value, Time(0, 0)) if isinstance(value, Date) else value


ARITHMETIC_OPERATORS: dict[str, Callable[[Run, Run], Run]] = {
    "+": compile_add,
    "-": compile_subtract,
    "*": compile_multiply,
    "/": compile_divide,
    "**": compile_power,
}
