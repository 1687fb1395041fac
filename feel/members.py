"""`value.name`: entries of contexts, a list's entries together, and properties of temporals and ranges
(DMN 1.5 §10.3.2.15, table 65)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feel.budget import Frame, charge_steps
from feel.temporal import NANO, Date, DateTime, Duration, Time, YearsMonths, seconds_of
from feel.values import Range


def member(frame: Frame, value: Any, name: str) -> Any:
    """The named part of a value, or null."""
    kind = value.__class__
    if kind is dict:
        return value.get(name)
    if kind is list:
        charge_steps(frame, len(value))
        return [member(frame, item, name) for item in value]
    read = _PROPERTIES.get((kind, name))
    return None if read is None else read(value)


def _signed(whole: int, unit: int, modulo: int) -> int:
    part = abs(whole) // unit % modulo if modulo else abs(whole) // unit
    return -part if whole < 0 else part


def _offset(value: Time | DateTime) -> Duration | None:
    if isinstance(value, DateTime):
        return None if value.offset is None else Duration(value.offset * NANO)
    return None if value.local else Duration(value.nanos - value.utc_nanos)


_HOUR = 3600 * NANO
_OF_DATE: dict[str, Callable[[Date], Any]] = {
    "year": lambda date: date.year,
    "month": lambda date: date.month,
    "day": lambda date: date.day,
    "weekday": lambda date: date.weekday,
}
_OF_TIME: dict[str, Callable[[Time], Any]] = {
    "hour": lambda time: time.nanos // _HOUR,
    "minute": lambda time: time.nanos // (60 * NANO) % 60,
    "second": lambda time: seconds_of(time.nanos % (60 * NANO)),
    "timezone": lambda time: time.zone,
}


def _of_part(part: str, read: Callable[[Any], Any]) -> Callable[[DateTime], Any]:
    return lambda value: read(getattr(value, part))


_PROPERTIES: dict[tuple[type, str], Callable[[Any], Any]] = {
    **{(Date, name): read for name, read in _OF_DATE.items()},
    **{(Time, name): read for name, read in _OF_TIME.items()},
    **{(DateTime, name): _of_part("date", read) for name, read in _OF_DATE.items()},
    **{(DateTime, name): _of_part("time", read) for name, read in _OF_TIME.items()},
    (Time, "time offset"): _offset,
    (DateTime, "time offset"): _offset,
    (Duration, "days"): lambda value: _signed(value.nanos, 24 * _HOUR, 0),
    (Duration, "hours"): lambda value: _signed(value.nanos, _HOUR, 24),
    (Duration, "minutes"): lambda value: _signed(value.nanos, 60 * NANO, 60),
    (Duration, "seconds"): lambda value: seconds_of(value.nanos - _whole_minutes(value.nanos)),
    (YearsMonths, "years"): lambda value: _signed(value.months, 12, 0),
    (YearsMonths, "months"): lambda value: _signed(value.months, 1, 12),
    # `(!= 5)` is a test with neither start nor end.
    (Range, "start"): lambda value: None if value.operator == "!=" else value.start,
    (Range, "end"): lambda value: None if value.operator == "!=" else value.end,
    (Range, "start included"): lambda value: value.operator != "!=" and value.start_included,
    (Range, "end included"): lambda value: value.operator != "!=" and value.end_included,
}


def _whole_minutes(nanos: int) -> int:
    whole = abs(nanos) // (60 * NANO) * 60 * NANO
    return -whole if nanos < 0 else whole
