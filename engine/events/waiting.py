"""What a dossier waits for or passes without a person: timers, jobs, child dossiers, messages, elements."""

from __future__ import annotations

from dataclasses import dataclass

from engine.events.event import Event


@dataclass(frozen=True)
class TimerArmed(Event):
    timer_id: str
    element_id: str
    due_at: str
    attached_to: str | None = None  # token of the activity that the timer stands on


@dataclass(frozen=True)
class TimerDisarmed(Event):
    """`held`: only set aside while the dossier is stopped; it is armed again on resumption."""

    timer_id: str
    held: bool = False


@dataclass(frozen=True)
class TimerFired(Event):
    timer_id: str
    element_id: str


@dataclass(frozen=True)
class JobRequested(Event):
    """An external task waits for a partner; the gate writes the outbox row."""

    token_id: str
    element_id: str
    topic: str


@dataclass(frozen=True)
class JobFinished(Event):
    token_id: str
    element_id: str


@dataclass(frozen=True)
class JobFailed(Event):
    token_id: str
    element_id: str
    error_code_digest: str | None
    sentence_digest: str | None


@dataclass(frozen=True)
class JobCancelled(Event):
    """Nobody waits for the partner or child dossier any more; a late answer is rejected, an open child withdrawn."""

    token_id: str
    element_id: str
    child: bool = False


@dataclass(frozen=True)
class ChildOpened(Event):
    """A call activity to a procedure code opens a child dossier (the gate allots its code)."""

    token_id: str
    element_id: str
    procedure_code: str
    child_code: str | None = None
    item_digest: str | None = None


@dataclass(frozen=True)
class MessageAwaited(Event):
    subscription_id: str
    name: str
    correlation_digest: str | None = None


@dataclass(frozen=True)
class MessageCleared(Event):
    subscription_id: str


@dataclass(frozen=True)
class MessageReceived(Event):
    """It reached a catch of this dossier; what it carried went to the variables."""

    name: str
    correlation_digest: str | None = None


@dataclass(frozen=True)
class MessageThrown(Event):
    name: str
    correlation_digest: str | None
    element_id: str
    digest: str | None = None


@dataclass(frozen=True)
class DecisionTaken(Event):
    element_id: str
    decision_ref: str


@dataclass(frozen=True)
class StepPassed(Event):
    """An element the token went through without a person (gateway, event, automatic task): for the picture."""

    element_id: str
