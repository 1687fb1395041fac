"""Dates, times and durations as FEEL knows them (DMN 1.5 §10.3.2.3.4-8): years to ±999 999 999, nanoseconds, offsets
and zone ids. Python's own types are narrower, so evaluation works on these; `values.to_python` narrows at the edge."""

from __future__ import annotations

import datetime as py
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

NANO = 1_000_000_000
DAY = 86_400 * NANO
MAX_YEAR = 999_999_999


@dataclass(frozen=True, slots=True)
class Date:
    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01 in the proleptic Gregorian calendar."""
        year = self.year - (self.month <= 2)
        era, of_era = divmod(year, 400)
        of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468

    @property
    def weekday(self) -> int:
        """1 = Monday … 7 = Sunday."""
        return (self.ordinal + 3) % 7 + 1


@dataclass(frozen=True, slots=True)
class Time:
    """Nanoseconds of the day, with no zone, an offset in seconds, or a zone id."""

    nanos: int
    offset: int | None = None
    zone: str | None = None

    @property
    def local(self) -> bool:
        return self.offset is None and self.zone is None

    @property
    def utc_nanos(self) -> int:
        """Nanoseconds of the day in UTC; a zone id counts with its offset of 1 January 1970."""
        offset = zone_offset(self.zone, Date(1970, 1, 1), self.nanos) if self.zone else self.offset or 0
        return self.nanos - offset * NANO


@dataclass(frozen=True, slots=True)
class DateTime:
    date: Date
    time: Time

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, or None for a local date and time."""
        if self.time.zone:
            return zone_offset(self.time.zone, self.date, self.time.nanos)
        return self.time.offset

    @property
    def nanos(self) -> int:
        """Nanoseconds since 1970 on the local clock."""
        return self.date.ordinal * DAY + self.time.nanos

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970 in UTC; a local date and time counts as UTC."""
        return self.nanos - (self.offset or 0) * NANO


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A days and time duration."""

    nanos: int


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration."""

    months: int


type_names = {
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    Duration: "days and time duration",
    YearsMonths: "years and months duration",
}

# -- making ---------------------------------------------------------------------------------------------------


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date, or None where the calendar has no such day."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return Date(year, month, day)


def date_from_ordinal(ordinal: int) -> Date | None:
    """The date `ordinal` days after 1970-01-01; None beyond the years FEEL knows."""
    era, of_era = divmod(ordinal + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (month <= 2)
    return make_date(year, month, of_year - (153 * shifted + 2) // 5 + 1)


def from_nanos(nanos: int, time: Time) -> DateTime | None:
    """A date and time from local nanoseconds since 1970, with the zone of `time`."""
    day, of_day = divmod(nanos, DAY)
    date = date_from_ordinal(day)
    return None if date is None else DateTime(date, Time(of_day, time.offset, time.zone))


def from_instant(instant: int, time: Time) -> DateTime | None:
    """A date and time from UTC nanoseconds since 1970, shown in the zone of `time`."""
    offset = time.offset or 0
    if time.zone:
        utc = from_nanos(instant, Time(0))
        if utc is None:
            return None
        offset = _zone(time.zone).utcoffset(_near(utc.date, utc.time.nanos, py.UTC, _zone(time.zone)))
    return from_nanos(instant + offset * NANO, time)


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def add_months(date: Date, months: int) -> Date | None:
    """The same day `months` later, or the last day of that month."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return Date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


# -- zones ----------------------------------------------------------------------------------------------------


class _ZoneClock:
    """Offsets of one IANA zone, in seconds."""

    def __init__(self, key: str) -> None:
        self.info = ZoneInfo(key)

    def utcoffset(self, moment: py.datetime) -> int:
        offset = moment.astimezone(self.info).utcoffset() if moment.tzinfo is py.UTC else moment.utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0


@lru_cache(maxsize=600)
def _zone(key: str) -> _ZoneClock:
    return _ZoneClock(key)


@lru_cache(maxsize=600)
def is_zone(key: str) -> bool:
    """Whether the IANA database has this zone id."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*", key) or len(key) > 60:
        return False
    try:
        ZoneInfo(key)
    except (ValueError, OSError, KeyError, ModuleNotFoundError):
        return False
    return True


def zone_offset(key: str, date: Date, nanos: int) -> int:
    """Seconds east of UTC that clocks in zone `key` show at this local date and time."""
    zone = _zone(key)
    return zone.utcoffset(_near(date, nanos, zone.info, zone))


def _near(date: Date, nanos: int, tz: py.tzinfo, zone: _ZoneClock) -> py.datetime:
    """The moment for Python's zone tables, which end at the years 1 and 9999 (far years repeat every 400)."""
    del zone
    year = date.year if 2 <= date.year <= 9_998 else date.year % 400 + (2_000 if date.year > 9_998 else 400)
    second, fraction = divmod(nanos, NANO)
    clock = py.time(second // 3600, second // 60 % 60, second % 60, fraction // 1000)
    return py.datetime.combine(py.date(year, date.month, date.day), clock, tz)


# -- Python's own types ---------------------------------------------------------------------------------------


def from_py(value: py.date | py.time | py.timedelta) -> Date | Time | DateTime | Duration:
    """A FEEL value from Python's (a datetime is a date too, so it is asked first)."""
    if isinstance(value, py.datetime):
        return DateTime(Date(value.year, value.month, value.day), _clock(value))
    if isinstance(value, py.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, py.time):
        return _clock(value)
    return Duration(((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1_000)


def _clock(value: py.datetime | py.time) -> Time:
    nanos = (value.hour * 3600 + value.minute * 60 + value.second) * NANO + value.microsecond * 1_000
    if value.tzinfo is None:
        return Time(nanos)
    key = getattr(value.tzinfo, "key", None)
    if key and key != "UTC":
        return Time(nanos, None, key)
    offset = value.utcoffset()
    return Time(nanos, int(offset.total_seconds()) if offset is not None else 0)


def to_py(
    value: Date | Time | DateTime | Duration,
) -> py.date | py.time | py.datetime | py.timedelta | Date | Time | DateTime | Duration:
    """Python's own type where it can hold the value exactly, else the value itself."""
    if isinstance(value, Date):
        return py.date(value.year, value.month, value.day) if 1 <= value.year <= 9_999 else value
    if isinstance(value, Duration):
        days, rest = divmod(value.nanos, DAY)
        exact = rest % 1_000 == 0 and abs(days) < 999_999_999
        return py.timedelta(days, 0, rest // 1_000) if exact else value
    time = value.time if isinstance(value, DateTime) else value
    if time.nanos % 1_000:
        return value
    second, fraction = divmod(time.nanos, NANO)
    zone: py.tzinfo | None = None
    if time.zone:
        zone = ZoneInfo(time.zone)
    elif time.offset is not None:
        zone = py.timezone(py.timedelta(seconds=time.offset)) if time.offset else py.UTC
    clock = py.time(second // 3600, second // 60 % 60, second % 60, fraction // 1_000, zone)
    if isinstance(value, Time):
        return clock
    date = to_py(value.date)
    return py.datetime.combine(date, clock) if isinstance(date, py.date) else value


def seconds_of(nanos: int) -> int | Decimal:
    """Nanoseconds as a FEEL number of seconds."""
    return nanos // NANO if nanos % NANO == 0 else Decimal(nanos) / NANO
