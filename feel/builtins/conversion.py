"""Conversion functions (DMN 1.5 §10.3.4.1, table 74)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from feel.budget import Frame, charge_size
from feel.compare import less, single
from feel.temporal import DAY, NANO, Date, DateTime, Duration, Time, YearsMonths, is_zone, make_date
from feel.temporal_text import parse_date, parse_date_time, parse_duration, parse_time, temporal_text
from feel.values import FunctionValue, Range, number, plain_number

from .registry import builtin

_PLAIN_KEY = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,5})?", re.ASCII)


def _int(value: Any) -> int | None:
    return int(value) if value.__class__ in (int, Decimal) and value == int(value) else None


# -- date -----------------------------------------------------------------------------------------------------


@builtin("date", "from: any")
def date(frame: Frame, source: Any) -> Date | None:
    source = single(source)
    if source.__class__ is str:
        return parse_date(source)
    if source.__class__ is DateTime:
        return source.date
    return source if source.__class__ is Date else None


@builtin("date", "year: number, month: number, day: number")
def date_of(frame: Frame, year: Any, month: Any, day: Any) -> Date | None:
    parts = [_int(part) for part in (year, month, day)]
    return None if None in parts else make_date(*parts)  # type: ignore[arg-type]


# -- date and time --------------------------------------------------------------------------------------------


@builtin("date and time", "from: any")
def date_and_time(frame: Frame, source: Any) -> DateTime | None:
    source = single(source)
    if source.__class__ is str:
        return parse_date_time(source)
    if source.__class__ is Date:
        return DateTime(source, Time(0, 0))
    return source if source.__class__ is DateTime else None


@builtin("date and time", "date: date, time: time")
def date_and_time_of(frame: Frame, day: Date | DateTime, time: Time) -> DateTime:
    return DateTime(day.date if isinstance(day, DateTime) else day, time)


@builtin("date and time", "date: date, timezone: string")
def date_and_time_in(frame: Frame, moment: Date | DateTime, timezone: str) -> DateTime | None:
    """The same instant, shown in another zone."""
    from feel.temporal import from_instant

    if not is_zone(timezone):
        return None
    if isinstance(moment, Date):
        return DateTime(moment, Time(0, None, timezone))
    return from_instant(moment.instant, Time(0, None, timezone))


@builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, offset?: any",
)
def date_and_time_from_parts(
    frame: Frame, year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any, offset: Any = None
) -> DateTime | None:
    date_part = date_of(frame, year, month, day)
    time_part = time_of(frame, hour, minute, second, offset)
    return None if date_part is None or time_part is None else DateTime(date_part, time_part)


# -- time -----------------------------------------------------------------------------------------------------


@builtin("time", "from: any")
def time(frame: Frame, source: Any) -> Time | None:
    source = single(source)
    if source.__class__ is str:
        return parse_time(source)
    if source.__class__ is DateTime:
        return source.time
    if source.__class__ is Date:
        return Time(0, 0)
    return source if source.__class__ is Time else None


@builtin("time", "hour: number, minute: number, second: number, offset?: any")
def time_of(frame: Frame, hour: Any, minute: Any, second: Any, offset: Any = None) -> Time | None:
    """`offset` is a days and time duration, a number of hours, or a zone id."""
    whole = [_int(part) for part in (hour, minute)]
    if None in whole or not 0 <= whole[0] <= 23 or not 0 <= whole[1] <= 59 or not 0 <= second < 60:  # type: ignore[operator]
        return None
    nanos = (whole[0] * 3600 + whole[1] * 60) * NANO + int(Decimal(second) * NANO)  # type: ignore[operator]
    if offset is None:
        return Time(nanos)
    if offset.__class__ is str:
        return Time(nanos, None, offset) if is_zone(offset) else None
    if offset.__class__ in (int, Decimal):
        seconds = int(offset * 3600)
    elif offset.__class__ is Duration:
        seconds = offset.nanos // NANO
    else:
        return None
    return Time(nanos % DAY, seconds) if abs(seconds) <= 18 * 3600 else None


# -- number, duration -----------------------------------------------------------------------------------------


@builtin("number", "from: any, grouping separator?: any, decimal separator?: any")
def to_number(frame: Frame, source: Any, grouping: Any = None, decimal: Any = None) -> int | Decimal | None:
    """Grouping is a space, comma, period or nothing; the decimal separator a comma, a period or nothing."""
    source = single(source)
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", "."):
        return None
    if grouping is not None and grouping == decimal:
        return None
    if source.__class__ in (int, Decimal):
        return source
    if source.__class__ is not str or len(source) > 1_000:
        return None
    text = source.replace(grouping, "") if grouping else source
    if decimal == ",":
        text = "" if "." in text else text.replace(",", ".")
    elif grouping == "." and decimal is None and "," in text:
        return None
    text = text.strip()
    return number(Decimal(text)) if _NUMBER.fullmatch(text) else None


@builtin("duration", "from: any")
def duration(frame: Frame, source: Any) -> Duration | YearsMonths | None:
    source = single(source)
    if source.__class__ is str:
        return parse_duration(source)
    return source if source.__class__ in (Duration, YearsMonths) else None


@builtin("years and months duration", "from: date, to: date")
def years_and_months_duration(
    frame: Frame, start: Date | DateTime, end: Date | DateTime
) -> YearsMonths | None:
    """Whole months between two dates, towards zero."""
    one, other = (value.date if isinstance(value, DateTime) else value for value in (start, end))
    sign, low, high = (1, one, other) if one.ordinal <= other.ordinal else (-1, other, one)
    months = (high.year - low.year) * 12 + high.month - low.month - (high.day < low.day)
    return YearsMonths(sign * months)


# -- range ----------------------------------------------------------------------------------------------------


@builtin("range", "from: string")
def to_range(frame: Frame, source: str) -> Range | None:
    """A range whose ends are literals of one kind, the lower first."""
    from feel import syntax as s
    from feel.compile import Compiler
    from feel.errors import FeelError
    from feel.parser import Parser

    charge_size(frame, len(source))
    if len(source) > 1_000:
        return None
    try:
        tree = Parser(source, (), _TEMPORAL_FUNCTIONS).whole_expression()
        if not isinstance(tree, s.RangeLiteral) or not (_is_literal(tree.start) and _is_literal(tree.end)):
            return None
        value = Compiler(source, (), {}).compile(tree)([{}, frame[1], None])
    except FeelError:
        return None
    if not isinstance(value, Range) or value.start is None or value.end is None:
        return None
    return None if less(value.end, value.start) is not False else value


_TEMPORAL_FUNCTIONS = ("date", "date and time", "time", "duration")


def _is_literal(node: Any) -> bool:
    from feel import syntax as s

    if isinstance(node, s.Call):
        named = isinstance(node.function, s.Name) and node.function.name in _TEMPORAL_FUNCTIONS
        return named and all(isinstance(argument, s.Literal) for argument in node.arguments)
    return isinstance(node, s.Literal | s.AtLiteral)


# -- string ---------------------------------------------------------------------------------------------------


@builtin("string", "from: any")
def string(frame: Frame, source: Any) -> str | None:
    return None if source is None else text_of(source, frame)


def text_of(value: Any, frame: Frame | None = None) -> str:
    """The text of a value; strings inside lists and contexts are quoted, as they would be written in FEEL."""
    if value.__class__ is str:
        return value
    return _written(value, frame if frame is not None else [None, None, None])


def _written(value: Any, frame: Frame) -> str:
    kind = value.__class__
    if value is None:
        return "null"
    if kind is str:
        return _quoted(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is Decimal:
        return plain_number(value)
    charge_size(frame, 1)
    if kind is list:
        text = "[" + ", ".join(_written(item, frame) for item in value) + "]"
    elif kind is dict:
        entries = (f"{_key(key)}: {_written(item, frame)}" for key, item in value.items())
        text = "{" + ", ".join(entries) + "}"
    elif kind is Range:
        return "<range>"
    elif kind is FunctionValue:
        return "<function>"
    else:
        return temporal_text(value)
    charge_size(frame, len(text))
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _quoted(key)
