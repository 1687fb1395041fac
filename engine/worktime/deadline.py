"""Due dates: time limit + calendar + pauses + extension, with an explanation that can be recounted outside.

How the law is read: a working day is the calendar's full day of working hours, so limits in working
hours and days are counted in working minutes from the start. Calendar days and months leave out the first day,
end at closing time of the last, and roll off a rest day (Civil Code 2015, art. 147-148).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, cast, get_args

from engine.worktime.calendar import Calendar
from engine.worktime.counting import Count, Interval, Stop, merged

Unit = Literal["working_hour", "working_day", "hour", "day", "month"]
CutOffEffect = Literal["shift_clock", "shift_result", "shift_transfer"]
MAX_AMOUNT = 10_000


@dataclass(frozen=True)
class TimeLimit:
    """A duration as law writes it. Raises ValueError for an unknown unit or an amount outside 0..10000."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise ValueError(f"unknown unit of time: {self.unit!r}")
        if not 0 <= self.amount <= MAX_AMOUNT:
            raise ValueError(f"amount of time outside 0..{MAX_AMOUNT}: {self.amount}")

    @staticmethod
    def parse(text: str) -> TimeLimit:
        """`"4 working_hour"` → TimeLimit(4, "working_hour"). Raises ValueError for anything else."""
        amount, _, unit = text.strip().partition(" ")
        if not (amount.isascii() and amount.isdigit()) or len(amount) > 5:
            raise ValueError(f"expected '<number> <unit>', found {text!r}")
        return TimeLimit(int(amount), cast(Unit, unit.strip()))


@dataclass(frozen=True)
class CutOff:
    """What arrives after this local hour counts differently: the 15:00 rule (NĐ 61/2018 art. 18, NĐ 63/2024 art. 7).

    `shift_clock` starts the period the next working day; `shift_result` moves a result due the same day to the next
    working day; `shift_transfer` only lets the papers move on the next morning and leaves the due date alone.
    """

    at: time
    effect: CutOffEffect


@dataclass(frozen=True)
class Explanation:
    """How the due date came about; `intervals` cover all time from receipt to due date without a hole."""

    limit: TimeLimit
    started_at: datetime
    calendar: Calendar
    due_at: datetime | None
    cut_off: CutOff | None = None
    same_day: bool = False
    stops: tuple[Stop, ...] = ()
    extension_days: int = 0
    intervals: tuple[Interval, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The body of `/deadline` (dialect §5); `tools/recompute_due.py` counts it again."""
        zone = self.calendar.zone
        original = due(self.limit, self.started_at, self.calendar, self.cut_off, same_day=self.same_day).at
        ends = [at for at in (self.started_at, self.due_at, original, *(s.to_at for s in self.stops)) if at]
        first, last = min(ends).astimezone(zone).date(), max(ends).astimezone(zone).date()
        return {
            "due_at": _iso(self.due_at, self.calendar),
            "original_due_at": _iso(original, self.calendar),
            "limit": {
                "amount": self.limit.amount,
                "unit": self.limit.unit,
                "same_day": self.same_day,
                "cut_off": f"{self.cut_off.at:%H:%M}" if self.cut_off else None,
                "cut_off_effect": self.cut_off.effect if self.cut_off else None,
            },
            "started_at": _iso(self.started_at, self.calendar),
            "calendar": self.calendar.to_json(first, last + timedelta(days=31)),
            "pauses": [
                {
                    "from": _iso(stop.from_at, self.calendar),
                    "to": _iso(stop.to_at, self.calendar),
                    "reason": stop.reason,
                    "document": stop.document,
                }
                for stop in self.stops
            ],
            "extensions": [{"days": self.extension_days}] if self.extension_days else [],
            "intervals": [
                {
                    "from": line.from_at.replace(tzinfo=zone).isoformat(),
                    "to": line.to_at.replace(tzinfo=zone).isoformat(),
                    "counts": line.counts,
                    "minutes": line.minutes,
                    "days": line.days,
                    "reason": line.reason,
                }
                for line in self.intervals
            ],
        }


@dataclass(frozen=True)
class Due:
    """`at` is aware UTC; None while the clock stands still in an open pause."""

    at: datetime | None
    explanation: Explanation


def due(
    limit: TimeLimit,
    started_at: datetime,
    calendar: Calendar,
    cut_off: CutOff | None = None,
    pauses: Iterable[Stop] = (),
    extension_days: int = 0,
    same_day: bool = False,
) -> Due:
    """When what started at `started_at` (aware) is due, and why.

    Outside working hours the clock starts at the next opening. `same_day` = due at closing time of the day it starts.
    A pause leaves what remains of the limit to be counted when it ends. `extension_days` are calendar days on top.
    """
    stops = tuple(pauses)
    received = calendar.local(started_at)
    start, late = _start(received, calendar, cut_off)
    count = Count(calendar, received, start, merged(stops, calendar))
    if start > received:
        after = (
            f"nhận sau {cut_off.at:%H:%M}"
            if cut_off and late and cut_off.effect == "shift_clock"
            else "nhận ngoài giờ"
        )
        count.line(received, start, False, f"{after}: tính từ {start:%H:%M ngày %d/%m/%Y}")
    shifted = late and cut_off is not None and cut_off.effect == "shift_result"
    end = _limit_end(count, limit, same_day, shifted)
    if end is not None and extension_days:
        end = count.days(end, extension_days, "gia hạn")
    at = calendar.moment(end) if end else None
    lines = tuple(count.lines)
    return Due(
        at, Explanation(limit, started_at, calendar, at, cut_off, same_day, stops, extension_days, lines)
    )


def working_duration(text: str, start: datetime, calendar: Calendar) -> datetime:
    """The moment an ISO 8601 duration of working time after `start`: `P2D` = two full working days, `PT4H` = 240 minutes.

    Raises ValueError for anything but days, hours and minutes: months and weeks have no length in working time.
    """
    match = _WORKING.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"expected days, hours or minutes of working time, found {text[:40]!r}")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    total = days * calendar.day_minutes + hours * 60 + minutes
    if total > MAX_AMOUNT * calendar.day_minutes:
        raise ValueError(f"too long: {text[:40]!r}")
    return calendar.add_working_minutes(start, total)


_WORKING = re.compile(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?)?", re.ASCII)


def in_days(limit: TimeLimit, same_day: bool = False) -> bool:
    """True if lateness is judged by local date (limits in days), False if by the instant (limits in hours)."""
    return same_day or limit.unit in ("working_day", "day", "month")


def _start(received: datetime, calendar: Calendar, cut_off: CutOff | None) -> tuple[datetime, bool]:
    start = calendar.next_opening(received)
    late = cut_off is not None and start.date() == received.date() and start.time() > cut_off.at
    if late and cut_off is not None and cut_off.effect == "shift_clock":
        return calendar.opening(calendar.roll(start.date() + timedelta(days=1))), True
    return start, late


def _limit_end(count: Count, limit: TimeLimit, same_day: bool, shifted: bool) -> datetime | None:
    calendar, start = count.calendar, count.start
    if same_day or limit.unit in ("working_hour", "working_day"):
        moment = calendar.moment(start)
        if same_day:
            minutes = calendar.working_minutes(moment, calendar.moment(calendar.closing(start.date())))
        else:
            minutes = limit.amount * (60 if limit.unit == "working_hour" else calendar.day_minutes)
        if shifted and calendar.local(calendar.add_working_minutes(moment, minutes)).date() == start.date():
            next_day = calendar.roll(start.date() + timedelta(days=1))
            minutes = calendar.working_minutes(moment, calendar.moment(calendar.closing(next_day)))
        return count.working(minutes)
    if limit.unit == "hour":
        return count.hours(limit.amount)
    days = (
        limit.amount if limit.unit == "day" else (_add_months(start.date(), limit.amount) - start.date()).days
    )
    return count.days(start, days, "ngày theo lịch")


def _add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (Civil Code 2015, art. 148.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _iso(at: datetime | None, calendar: Calendar) -> str | None:
    return at.astimezone(calendar.zone).isoformat(timespec="seconds") if at else None
