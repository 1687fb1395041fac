"""Dates, times and durations as text: the lexical forms of XML Schema with zone ids, and ISO 8601 weeks."""

from __future__ import annotations

import re

from feel.temporal import (
    DAY,
    NANO,
    Date,
    DateTime,
    Duration,
    Time,
    YearsMonths,
    from_nanos,
    is_zone,
    make_date,
)

# -- reading --------------------------------------------------------------------------------------------------

_DATE = r"(-?(?:[1-9]\d{4,9}|\d{4}))-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(?:(Z|z|[+-]\d\d:\d\d(?::\d\d)?)|@([\w/+\-]+))?"
_DATE_RE = re.compile(_DATE, re.ASCII)
_TIME_RE = re.compile(_TIME, re.ASCII)
_DATETIME_RE = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(\.\d*)?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> Date | None:
    match = _DATE_RE.fullmatch(text)
    return _date(*match.groups()) if match else None


def parse_time(text: str) -> Time | None:
    match = _TIME_RE.fullmatch(text)
    parsed = _time(*match.groups()) if match else None
    return parsed[0] if parsed else None


def parse_date_time(text: str) -> DateTime | None:
    """Also a bare date, which is its midnight; 24:00:00 is the next midnight."""
    match = _DATETIME_RE.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return None if day is None else DateTime(day, Time(0))
    groups = match.groups()
    date, time = _date(*groups[:3]), _time(*groups[3:])
    if date is None or time is None:
        return None
    return from_nanos((date.ordinal + time[1]) * DAY + time[0].nanos, time[0])


def parse_duration(text: str) -> Duration | YearsMonths | None:
    """XML Schema durations, and ISO 8601 weeks. Months and days together have no fixed length: None."""
    match = _DURATION.fullmatch(text) if len(text) <= 80 else None
    if match is None:
        return None
    sign, years, months, weeks, days, time, hours, minutes, seconds, fraction = match.groups()
    if time == "T":
        return None
    factor = -1 if sign else 1
    if years is not None or months is not None:
        if (weeks, days, time) != (None, None, None):
            return None
        return YearsMonths(factor * (int(years or 0) * 12 + int(months or 0)))
    if weeks is None and days is None and time is None:
        return None
    whole = int(weeks or 0) * 7 * 86_400 + int(days or 0) * 86_400
    whole += int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return Duration(factor * (whole * NANO + _fraction(fraction)))


def parse_any(text: str) -> Date | Time | DateTime | Duration | YearsMonths | None:
    """What an `@"..."` literal holds, or None."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if "T" in text:
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


def offset_text(seconds: int) -> str:
    if seconds == 0:
        return "Z"
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}{tail}"


def _date(year: str, month: str, day: str) -> Date | None:
    return make_date(int(year), int(month), int(day))


def _time(
    hour: str, minute: str, second: str | None, fraction: str | None, offset: str | None, zone: str | None
) -> tuple[Time, int] | None:
    """The time and the days it carries over (24:00:00)."""
    h, m, s = int(hour), int(minute), int(second or 0)
    nanos = (h * 3600 + m * 60 + s) * NANO + _fraction(fraction)
    if m > 59 or s > 59 or nanos > DAY:
        return None
    seconds = None if offset is None else _offset(offset)
    if (offset is not None and seconds is None) or (zone is not None and not is_zone(zone)):
        return None
    return Time(nanos % DAY, seconds, zone), nanos // DAY


def _offset(text: str) -> int | None:
    if text in ("Z", "z"):
        return 0
    parts = [int(part) for part in text[1:].split(":")]
    seconds = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    if parts[1] > 59 or seconds > 18 * 3600:
        return None
    return -seconds if text[0] == "-" else seconds


def _fraction(text: str | None) -> int:
    return int((text or ".")[1:10].ljust(9, "0"))


# -- writing --------------------------------------------------------------------------------------------------


def temporal_text(value: Date | Time | DateTime | Duration | YearsMonths) -> str:
    """The canonical text that `string()` gives and the readers above take back."""
    match value:
        case Date():
            sign = "-" if value.year < 0 else ""
            return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"
        case Time():
            second, fraction = divmod(value.nanos, NANO)
            text = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{_fraction_text(fraction)}"
            if value.zone:
                return f"{text}@{value.zone}"
            return text if value.offset is None else text + offset_text(value.offset)
        case DateTime():
            return f"{temporal_text(value.date)}T{temporal_text(value.time)}"
        case Duration():
            return _duration_text(value.nanos)
        case YearsMonths():
            years, months = divmod(abs(value.months), 12)
            text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
            return ("-P" if value.months < 0 else "P") + (text or "0M")


def _duration_text(nanos: int) -> str:
    if nanos == 0:
        return "PT0S"
    seconds, fraction = divmod(abs(nanos), NANO)
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        time += f"{seconds}{_fraction_text(fraction)}S"
    return ("-" if nanos < 0 else "") + "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")


def _fraction_text(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""
