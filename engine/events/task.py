"""Human work: tasks in queues, and hand-overs between agencies."""

from __future__ import annotations

from dataclasses import dataclass

from engine.events.event import Event


@dataclass(frozen=True)
class TaskOpened(Event):
    """A step waits in a queue (agency × role). `offered_by` set = it came from another agency (hand-over)."""

    task_no: int
    token_id: str
    element_id: str
    kind: str
    agency: str
    role: str
    at: str
    due_at: str | None
    offered_by: str | None = None
    item_digest: str | None = None
    index: int | None = None
    from_task: int | None = None
    from_element: str | None = None
    unrouted: bool = False  # its agency could not be found: waits at the dispatcher to be routed


@dataclass(frozen=True)
class TaskClaimed(Event):
    task_no: int
    by: str
    by_name: str = ""


@dataclass(frozen=True)
class TaskReleased(Event):
    task_no: int


@dataclass(frozen=True)
class TaskAssigned(Event):
    task_no: int
    to: str
    to_name: str = ""
    by: str = ""
    words: str | None = None  # digest of why, where a colleague passed it on


@dataclass(frozen=True)
class TaskCompleted(Event):
    task_no: int
    element_id: str
    outcome: str | None
    by: str
    at: str
    agency: str = ""
    digest: str | None = None
    note_digest: str | None = None
    silent: bool = False  # deemed done by silence past the limit
    item_digest: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class TaskCancelled(Event):
    task_no: int
    reason: str  # moved | interrupted | withdrawn | stopped | recalled | returned


@dataclass(frozen=True)
class TaskDueSet(Event):
    """A step's own deadline moved: the dossier stood still while the step waited."""

    task_no: int
    due_at: str | None


@dataclass(frozen=True)
class TaskReturned(Event):
    """The token moved back from a step to an earlier one."""

    task_no: int
    to_element: str
    reason_digest: str | None
    by: str
    recalled: bool = False


@dataclass(frozen=True)
class DossierHandedOver(Event):
    """Work crossed agencies (one row of Mẫu 05)."""

    task_no: int
    from_agency: str
    to_agency: str
    element_id: str
    at: str


@dataclass(frozen=True)
class HandOverAccepted(Event):
    task_no: int
    by: str
    at: str


@dataclass(frozen=True)
class HandOverRefused(Event):
    task_no: int
    by: str
    at: str
    reason_digest: str | None
    back_to_agency: str
    back_to_role: str


@dataclass(frozen=True)
class TaskRerouted(Event):
    task_no: int
    agency: str
    role: str
    reason_digest: str | None
    by: str
