"""Help among officers while a step goes on: opinions of others, delegation, substitution, notes. The token stays.

What people write is personal data: events hold digests, the texts stand in the erasable rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.events.event import Event


@dataclass(frozen=True)
class OpinionAsked(Event):
    """Who works on task `from_task` asks another queue; the question waits there as a task of its own."""

    task_no: int
    from_task: int
    element_id: str
    agency: str
    role: str
    at: str
    due_at: str
    limit: str  # as the asker set it: "2 working_day"
    by: str
    by_agency: str
    question: str  # digest


@dataclass(frozen=True)
class OpinionGiven(Event):
    task_no: int
    by: str
    at: str
    agency: str
    answer: str  # digest


@dataclass(frozen=True)
class OpinionLapsed(Event):
    """The limit passed without an answer: on the record as silence, which decides nothing."""

    task_no: int
    at: str


@dataclass(frozen=True)
class TaskDelegated(Event):
    """A colleague does the work; `by` keeps the task and gets it back."""

    task_no: int
    to: str
    to_name: str
    by: str
    by_name: str
    words: str | None = None  # digest


@dataclass(frozen=True)
class TaskHandedBack(Event):
    """Back in the hands of who delegated it, by the delegate or by the owner."""

    task_no: int
    to: str
    to_name: str
    by: str
    words: str | None = None  # digest


@dataclass(frozen=True)
class ActedInstead(Event):
    """What this command did to a task, `by` did as the substitute of `of`, who is away."""

    task_no: int
    by: str
    of: str
    agency: str
    role: str


@dataclass(frozen=True)
class NoteWritten(Event):
    """An internal note, for the officers of one agency."""

    agency: str
    by: str
    at: str
    text: str  # digest
