"""When a timer is due: ISO 8601 durations, dates and cycles in calendar time (BPMN 2.0.2 §10.5.5.11).

Dates without an offset are Vietnamese time. Working time comes from the caller (`Scope.working`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
MAX_YEARS = 100

_DURATION = re.compile(
    r"(?P<sign>[-+]?)P(?!$)(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?!$)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,12}(?:[.,]\d{1,6})?)S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months are calendar months (31/1 + P1M = 28/2 or 29/2), the rest is exact."""

    months: int
    exact: timedelta

    def after(self, moment: datetime) -> datetime:
        """`moment` + this duration. Raises ValueError beyond the years a datetime can hold."""
        try:
            return _plus_months(moment, self.months) + self.exact
        except OverflowError as error:
            raise ValueError("the duration is too long") from error


@dataclass(frozen=True, slots=True)
class Cycle:
    """`times` None repeats for ever; `start` None counts from the moment the timer is set."""

    times: int | None
    start: datetime | None
    interval: Duration


def parse_duration(text: str) -> Duration:
    """ISO 8601 `PnYnMnWnDTnHnMnS`, not negative, at most 100 years. Raises ValueError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or match["sign"] == "-":
        raise ValueError(f"not a positive ISO 8601 duration: {text[:40]!r}")
    part = {k: int(v) for k, v in match.groupdict(default="0").items() if k not in ("sign", "seconds")}
    months = part["years"] * 12 + part["months"]
    seconds = float((match["seconds"] or "0").replace(",", "."))
    try:
        exact = timedelta(
            weeks=part["weeks"],
            days=part["days"],
            hours=part["hours"],
            minutes=part["minutes"],
            seconds=seconds,
        )
    except OverflowError as error:
        raise ValueError(f"the duration is too long: {text[:40]!r}") from error
    if months > MAX_YEARS * 12 or exact > timedelta(days=366 * MAX_YEARS):
        raise ValueError(f"the duration is longer than {MAX_YEARS} years: {text[:40]!r}")
    return Duration(months, exact)


def parse_moment(text: str) -> datetime:
    """An ISO 8601 date or date and time as aware UTC; a bare date is its first instant. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return _utc(moment)


def parse_cycle(text: str) -> Cycle:
    """ISO 8601 `Rn/PT..`, `Rn/start/PT..` or `Rn/PT../end`; `R/` repeats for ever. Raises ValueError."""
    parts = text.strip().split("/")
    if len(parts) not in (2, 3) or not re.fullmatch(r"R\d{0,6}", parts[0]):
        raise ValueError(f"not an ISO 8601 repeating interval: {text[:40]!r}")
    times = int(parts[0][1:]) if len(parts[0]) > 1 else None
    if times == 0:
        raise ValueError(f"a cycle of no rounds: {text[:40]!r}")
    if len(parts) == 2:
        start, interval = None, parse_duration(parts[1])
    elif parts[1].startswith("P"):
        raise ValueError(f"a cycle that ends at a date is not supported: {text[:40]!r}")
    else:
        start, interval = parse_moment(parts[1]), parse_duration(parts[2])
    if interval.months == 0 and interval.exact < timedelta(seconds=1):
        raise ValueError(f"a cycle needs an interval of at least a second: {text[:40]!r}")
    return Cycle(times, start, interval)


def as_duration(value: object) -> Duration:
    """A FEEL value as a duration: ISO text, days-and-time duration or years-and-months duration. Raises ValueError."""
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, timedelta):
        if value < timedelta(0):
            raise ValueError("the duration is negative")
        return Duration(0, value)
    months = getattr(value, "months", None)
    if isinstance(months, int) and months >= 0:
        return Duration(months, timedelta(0))
    return parse_duration(str(value))


def as_moment(value: object) -> datetime:
    """A FEEL value as a moment: ISO text, date, date and time. Raises ValueError."""
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return _utc(datetime.combine(value, time()))
    return parse_moment(str(value))


def _utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _plus_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if year > 9999:
        raise ValueError("the duration is too long")
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
