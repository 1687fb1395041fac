"""An agency's working calendar: weekly hours, holidays and make-up days, all given as data.

Moments go in and out aware; inside, arithmetic is on the agency's wall clock in whole minutes (Vietnam keeps one
offset all year). The last minute of a session belongs to it, its closing moment does not: work begun at closing
time begins at the next opening.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

Session = tuple[time, time]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """A day that differs from its week: a public holiday, or a make-up day that works like weekday `like`."""

    kind: Literal["holiday", "make_up"]
    reason: str
    like: int = 0  # Monday = 0


@dataclass(frozen=True)
class Piece:
    """A stretch of wall-clock time that either is working time or, for `reason`, is not."""

    from_at: datetime
    to_at: datetime
    works: bool
    reason: str


@dataclass(frozen=True)
class Calendar:
    """`hours` maps weekday (Monday = 0) to its sessions in order; a missing weekday is a rest day.

    Raises ValueError if no weekday works or sessions overlap.
    """

    code: str
    timezone: str
    hours: Mapping[int, tuple[Session, ...]]
    days: Mapping[date, Day] = field(default_factory=dict)
    version: str = ""

    def __post_init__(self) -> None:
        if not any(self.hours.values()):
            raise ValueError(f"calendar {self.code}: no weekday has working hours")
        for sessions in self.hours.values():
            marks = [mark for session in sessions for mark in session]
            if any(later <= earlier for earlier, later in pairwise(marks)):
                raise ValueError(f"calendar {self.code}: sessions overlap or are out of order")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def day_minutes(self) -> int:
        """Minutes of one full working day (8 hours by the step tables of provincial decisions)."""
        return max(sum(map(_minutes_of, sessions)) for sessions in self.hours.values())

    def local(self, at: datetime) -> datetime:
        """The wall-clock minute of an aware moment, naive."""
        return at.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)

    def moment(self, wall: datetime) -> datetime:
        """The aware UTC moment of a wall-clock time."""
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def sessions(self, day: date) -> tuple[Session, ...]:
        """The working sessions of a date: its week's, unless it is a holiday or a make-up day."""
        special = self.days.get(day)
        if special is None:
            return self.hours.get(day.weekday(), ())
        return () if special.kind == "holiday" else self.hours.get(special.like, ())

    def is_working_day(self, day: date) -> bool:
        return bool(self.sessions(day))

    def roll(self, day: date) -> date:
        """`day`, or the next working day if it is a rest day (Civil Code 2015, art. 148.5)."""
        while not self.sessions(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (which itself is not counted)."""
        for _ in range(count):
            day = self.roll(day + ONE_DAY)
        return day

    def opening(self, day: date) -> datetime:
        """Wall-clock opening time of a working day."""
        return datetime.combine(day, self.sessions(day)[0][0])

    def closing(self, day: date) -> datetime:
        """Wall-clock closing time of a working day."""
        return datetime.combine(day, self.sessions(day)[-1][1])

    def next_opening(self, wall: datetime) -> datetime:
        """`wall` itself in working hours, else the opening that follows: afternoon, morning, next working day."""
        for start, end in self.sessions(wall.date()):
            if wall.time() < end:
                return max(wall, datetime.combine(wall.date(), start))
        return self.opening(self.roll(wall.date() + ONE_DAY))

    def working_minutes(self, from_at: datetime, to_at: datetime) -> int:
        """Working minutes between two aware moments; 0 if the second is not later."""
        wall, end, total = self.local(from_at), self.local(to_at), 0
        day = wall.date()
        while day <= end.date():
            for opens, closes in self.sessions(day):
                start = max(wall, datetime.combine(day, opens))
                stop = min(end, datetime.combine(day, closes))
                total += max(0, int((stop - start) / timedelta(minutes=1)))
            day += ONE_DAY
        return total

    def add_working_minutes(self, at: datetime, minutes: int) -> datetime:
        """The aware moment when `minutes` of working time have passed since `at`."""
        wall, left = self.next_opening(self.local(at)), timedelta(minutes=minutes)
        for piece in self.timeline(wall):
            length = piece.to_at - piece.from_at
            if piece.works and left <= length:
                return self.moment(piece.from_at + left)
            left -= length if piece.works else timedelta()
        raise AssertionError("a timeline has no end")

    def timeline(self, wall: datetime) -> Iterator[Piece]:
        """All time from `wall` on, cut into working sessions and the rest with its reason; never ends."""
        day = wall.date()
        while True:
            for piece in self._pieces(day):
                if piece.to_at > wall:
                    yield Piece(max(wall, piece.from_at), piece.to_at, piece.works, piece.reason)
            day += ONE_DAY

    def rest_reason(self, day: date) -> str:
        """Why a date is no working day, as an officer would say it."""
        special = self.days.get(day)
        return f"nghỉ lễ: {special.reason}" if special else "nghỉ cuối tuần"

    def _pieces(self, day: date) -> Iterator[Piece]:
        at, midnight = datetime.combine(day, time()), datetime.combine(day + ONE_DAY, time())
        sessions = self.sessions(day)
        if not sessions:
            yield Piece(at, midnight, False, self.rest_reason(day))
            return
        special = self.days.get(day)
        worked = f"làm bù: {special.reason}" if special else "giờ làm việc"
        for number, (opens, closes) in enumerate(sessions):
            start, end = datetime.combine(day, opens), datetime.combine(day, closes)
            if start > at:
                yield Piece(at, start, False, "nghỉ trưa" if number else "ngoài giờ làm việc")
            yield Piece(start, end, True, worked)
            at = end
        if at < midnight:
            yield Piece(at, midnight, False, "ngoài giờ làm việc")

    def to_json(self, first: date, last: date) -> dict[str, object]:
        """What a stranger needs to count again between two dates (dialect §5 `/deadline`)."""
        special = (
            sorted((day, what) for day, what in self.days.items() if first <= day <= last)
            if self.days
            else []
        )
        return {
            "code": self.code,
            "version": self.version,
            "timezone": self.timezone,
            "day_minutes": self.day_minutes,
            "hours": {
                WEEKDAYS[weekday]: _clock(sessions) for weekday, sessions in sorted(self.hours.items())
            },
            "holidays": [
                {"date": day.isoformat(), "reason": what.reason}
                for day, what in special
                if what.kind == "holiday"
            ],
            "make_up_days": [
                {"date": day.isoformat(), "reason": what.reason, "hours": _clock(self.sessions(day))}
                for day, what in special
                if what.kind == "make_up"
            ],
        }


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _minutes_of(session: Session) -> int:
    (start, end) = session
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def _clock(sessions: tuple[Session, ...]) -> list[list[str]]:
    return [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in sessions]
