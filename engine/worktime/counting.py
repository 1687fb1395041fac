"""Counting on one wall clock: spends a limit over working sessions or dates, leaves pauses out, writes each line down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from engine.worktime.calendar import Calendar

MINUTE = timedelta(minutes=1)
Piece = tuple[datetime, datetime, bool, str]  # from, to, counts, reason


@dataclass(frozen=True)
class Stop:
    """A pause of the clock; `to_at` None = still paused."""

    from_at: datetime
    to_at: datetime | None
    reason: str
    document: str = ""


@dataclass(frozen=True)
class Interval:
    """One line of the explanation, in the agency's local time; `days` only where dates are what is counted."""

    from_at: datetime
    to_at: datetime
    counts: bool
    reason: str
    minutes: int = 0
    days: int = 0


@dataclass
class Count:
    """Counts time on one wall clock and writes down each line of the explanation."""

    calendar: Calendar
    received: datetime
    start: datetime
    stops: Sequence[tuple[datetime, datetime | None, str]]
    lines: list[Interval] = field(default_factory=list)

    def line(self, from_at: datetime, to_at: datetime, counts: bool, reason: str, days: int = 0) -> None:
        """Add a line; a non-counting one continues the line before if the reason is the same."""
        if from_at >= to_at and not days:
            return
        minutes = (to_at - from_at) // MINUTE if counts and not days else 0
        last = self.lines[-1] if self.lines else None
        if last and not counts and not last.counts and (last.reason, last.to_at) == (reason, from_at):
            self.lines[-1] = Interval(last.from_at, to_at, False, reason)
        else:
            self.lines.append(Interval(from_at, to_at, counts, reason, minutes, days))

    def working(self, minutes: int) -> datetime | None:
        return self._spend(
            minutes, ((p.from_at, p.to_at, p.works, p.reason) for p in self.calendar.timeline(self.start))
        )

    def hours(self, hours: int) -> datetime | None:
        return self._spend(hours * 60, _all_time(self.start))

    def _spend(self, minutes: int, pieces: Iterator[Piece]) -> datetime | None:
        left, at = timedelta(minutes=minutes), self.start
        if not left:
            return at
        for from_at, to_at, works, reason in _cut(pieces, self.stops):
            if to_at is None:
                return None
            if works and left <= to_at - from_at:
                self.line(from_at, from_at + left, True, reason)
                return from_at + left
            left -= (to_at - from_at) if works else timedelta()
            self.line(from_at, to_at, works, reason)
        raise AssertionError("a timeline has no end")

    def days(self, start: datetime, count: int, reason: str) -> datetime | None:
        """The closing time of the day `count` days after `start`'s date; a pause leaves the remaining days for later."""
        begin, last = start, start.date() + timedelta(days=count)
        at = start
        for from_at, to_at, why in self.stops:
            if to_at is not None and to_at <= begin:
                continue
            if from_at >= self._closing(last):
                break
            remaining = max(0, (last - max(from_at, begin).date()).days)
            self.line(at, max(from_at, at), True, reason, days=(max(from_at, at).date() - at.date()).days)
            if to_at is None:
                return None
            self.line(max(from_at, at), to_at, False, why)
            at, last = to_at, to_at.date() + timedelta(days=remaining)
        end = self._closing(last)
        full = (
            max(at, datetime.combine(last, end.time()))
            if last == end.date()
            else datetime.combine(last, time())
        )
        self.line(at, max(at, full), True, reason, days=(last - at.date()).days)
        day = last
        while day < end.date():
            self.line(
                max(at, datetime.combine(day, time())),
                datetime.combine(day + timedelta(days=1), time()),
                False,
                self.calendar.rest_reason(day),
            )
            day += timedelta(days=1)
        if last < end.date():
            self.line(datetime.combine(end.date(), time()), end, False, "hạn lùi sang ngày làm việc kế tiếp")
        return end

    def _closing(self, day: date) -> datetime:
        return self.calendar.closing(self.calendar.roll(day))


def _cut(
    pieces: Iterator[Piece],
    stops: Sequence[tuple[datetime, datetime | None, str]],
) -> Iterator[tuple[datetime, datetime | None, bool, str]]:
    """The pieces with pauses laid over them; a piece without end stands for an open pause."""
    waiting = list(reversed(stops))
    for from_at, to_at, works, reason in pieces:
        at = from_at
        while waiting and waiting[-1][0] < to_at:
            stop_from, stop_to, why = waiting[-1]
            if stop_to is not None and stop_to <= at:
                waiting.pop()
                continue
            if stop_from > at:
                yield at, stop_from, works, reason
                at = stop_from
            if stop_to is None:
                yield at, None, False, why
                return
            yield at, min(stop_to, to_at), False, why
            at = min(stop_to, to_at)
            if stop_to > to_at:
                break
            waiting.pop()
        if at < to_at:
            yield at, to_at, works, reason


def _all_time(at: datetime) -> Iterator[Piece]:
    while True:
        yield at, at + timedelta(days=1), True, "giờ theo lịch"
        at += timedelta(days=1)


def merged(stops: Iterable[Stop], calendar: Calendar) -> list[tuple[datetime, datetime | None, str]]:
    """Pauses on the wall clock, in order, those that overlap (a supplement while stopped) joined into one."""
    merged: list[tuple[datetime, datetime | None, str]] = []
    for stop in sorted(stops, key=lambda stop: stop.from_at):
        from_at, to_at = calendar.local(stop.from_at), calendar.local(stop.to_at) if stop.to_at else None
        why = f"tạm dừng: {stop.reason}" + (f" ({stop.document})" if stop.document else "")
        if merged and (merged[-1][1] is None or from_at <= merged[-1][1]):
            last_from, last_to, last_why = merged.pop()
            ends = None if to_at is None or last_to is None else max(to_at, last_to)
            merged.append((last_from, ends, last_why if why == last_why else f"{last_why}; {why}"))
        elif to_at is None or to_at > from_at:
            merged.append((from_at, to_at, why))
    return merged
