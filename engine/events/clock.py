"""The statutory clock: when it runs, stands still, and what was promised beside it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.events.event import Event


@dataclass(frozen=True)
class ClockStarted(Event):
    """Received: the statutory period runs. `due_at` None = no due date by law."""

    started_at: str
    amount: int
    unit: str
    due_at: str | None
    calendar: str = ""


@dataclass(frozen=True)
class ClockPaused(Event):
    at: str
    cause: str  # supplement | financial | stopped
    document: str = ""


@dataclass(frozen=True)
class ClockResumed(Event):
    at: str
    due_at: str | None


@dataclass(frozen=True)
class ClockEnded(Event):
    at: str
    on_time: bool | None


@dataclass(frozen=True)
class ClockReopened(Event):
    """The work was taken up again after it had been resolved."""

    at: str


@dataclass(frozen=True)
class ReceptionDueSet(Event):
    """Paid before reception: the hours to receive count from the payment."""

    due_at: str | None


@dataclass(frozen=True)
class DeadlineExtended(Event):
    days: int
    due_at: str
    reason_digest: str | None


@dataclass(frozen=True)
class Apologised(Event):
    new_due_on: str
    reason_digest: str | None
