"""Functions of dates and of the moment (DMN 1.5 §10.3.4.6-7, tables 79-80)."""

from __future__ import annotations

import datetime as py
from typing import Any

from feel.budget import Frame
from feel.temporal import Date, DateTime, from_py, make_date

from .registry import builtin

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _date(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


def _day_of_year(date: Date) -> int:
    first = make_date(date.year, 1, 1)
    assert first is not None
    return date.ordinal - first.ordinal + 1


@builtin("day of year", "date: date")
def day_of_year(frame: Frame, date: Date | DateTime) -> int:
    return _day_of_year(_date(date))


@builtin("day of week", "date: date")
def day_of_week(frame: Frame, date: Date | DateTime) -> str:
    return _DAYS[_date(date).weekday - 1]


@builtin("month of year", "date: date")
def month_of_year(frame: Frame, date: Date | DateTime) -> str:
    return _MONTHS[_date(date).month - 1]


@builtin("week of year", "date: date")
def week_of_year(frame: Frame, date: Date | DateTime) -> int:
    """The ISO 8601 week."""
    day = _date(date)
    week = (_day_of_year(day) - day.weekday + 10) // 7
    if week < 1:
        return _weeks_in(day.year - 1)
    return 1 if week > _weeks_in(day.year) else week


def _weeks_in(year: int) -> int:
    """53 where the year starts on a Thursday, or on a Wednesday in a leap year; else 52."""
    last = Date(year, 12, 31)
    return 53 if last.weekday == 4 or Date(year, 1, 1).weekday == 4 else 52


@builtin("now", "")
def now(frame: Frame) -> Any:
    """The `now` the caller gave; null without one (feel reads no clock)."""
    return None if frame[2] is None else from_py(frame[2])


@builtin("today", "")
def today(frame: Frame) -> Any:
    moment: py.datetime | None = frame[2]
    return None if moment is None else from_py(moment.date())
