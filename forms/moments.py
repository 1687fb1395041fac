"""Dates and times of the datetime field: read and written as form-js does, in the province's time zone.

form-js uses the zone of the reader's machine; a Vietnamese public service has one: UTC+7 all year.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from forms.values import Json

LOCAL = timezone(timedelta(hours=7))
MINUTES_IN_DAY = 24 * 60

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATETIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_LEADING_INT = re.compile(r"[ \t\n\r]*([+-]?\d+)", re.ASCII)


def serialised(subtype: str, value: Json, time_format: str) -> str | None:
    """The value as form-js submits it once the field has settled; None for what is no date or time.

    `time_format` is `utc_offset`, `utc_normalized` or anything else for a time without zone.
    """
    if not isinstance(value, str):
        return None
    if subtype == "date":
        return value if _read_date(value) else None
    if subtype == "time":
        minutes = _read_time(value)
        return None if minutes is None else _write_time(minutes, time_format)
    moment = _read_moment(value)
    return None if moment is None else _write_moment(moment, time_format)


def wall_text(subtype: str, value: Json) -> str:
    """The value as an HTML date, time or datetime-local input holds it: local, to the minute; "" for none."""
    return serialised(subtype, value, "") or ""


def _read_date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_moment(text: str) -> datetime | None:
    """Local wall time, to the minute. A date without time is not enough (form-js: both must be entered)."""
    match = _DATETIME.fullmatch(text)
    day = _read_date(match[1]) if match else None
    if match is None or day is None or int(match[2]) > 23 or int(match[3]) > 59:
        return None
    wall = datetime(day.year, day.month, day.day, int(match[2]), int(match[3]), tzinfo=LOCAL)
    if match[5]:
        offset = _offset_minutes(match[5])
        try:
            wall = (wall.replace(tzinfo=timezone(timedelta(minutes=offset)))).astimezone(LOCAL)
        except (OverflowError, ValueError):
            return None
    return wall


def _offset_minutes(text: str) -> int:
    if text == "Z":
        return 0
    sign = -1 if text[0] == "-" else 1
    return sign * (int(text[1:3]) * 60 + int(text[-2:]))


def _read_time(text: str) -> int | None:
    """Minutes of the local day (form-js `parseIsoTime`, its lenience included)."""
    if not text:
        return None
    local = int(LOCAL.utcoffset(None).total_seconds()) // 60
    if "Z" in text:
        minutes = _basic_minutes(text.replace("Z", "", 1))
        return None if minutes is None else (minutes + local) % MINUTES_IN_DAY
    for sign, factor in (("+", -1), ("-", 1)):
        if sign in text:
            clock, offset_text = text.split(sign)[:2]
            minutes, offset = _basic_minutes(clock), _basic_minutes(offset_text)
            if minutes is None or offset is None:
                return None
            return (minutes + factor * offset + local) % MINUTES_IN_DAY
    return _basic_minutes(text)


def _basic_minutes(text: str) -> int | None:
    numbers = []
    for segment in text.split(":")[:2]:
        match = _LEADING_INT.match(segment)
        if match is None or len(match[1]) > 4:
            return None
        numbers.append(int(match[1]))
    hour, minute = numbers[0], numbers[1] if len(numbers) > 1 else 0
    return hour * 60 + minute if 0 <= hour <= 24 and 0 <= minute <= 60 else None


def _write_time(minutes: int, time_format: str) -> str:
    local = int(LOCAL.utcoffset(None).total_seconds()) // 60
    if time_format == "utc_normalized":
        minutes = (minutes - local) % MINUTES_IN_DAY
        return f"{minutes // 60:02d}:{minutes % 60:02d}Z"
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{clock}+{local // 60:02d}:{local % 60:02d}" if time_format == "utc_offset" else clock


def _write_moment(wall: datetime, time_format: str) -> str:
    if time_format == "utc_normalized":
        return wall.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes") + "Z"
    local = wall if time_format == "utc_offset" else wall.replace(tzinfo=None)
    return local.isoformat(timespec="minutes")
