"""A dossier's state: what `decide` reads, folded from events (`engine.evolve`) and kept as the snapshot.

Case data (answers, persons, variables) is not in here: the state holds digests, the gate loads the bodies
from the erasable rows into `Document`. Loop items stand in `items`, and in `flow`: both are emptied by erasure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

OPINION = "opinion"  # kind of a task that no step of the diagram is: a colleague's question (rules/opinions)

TaskStatus = Literal["open", "offered", "claimed", "refused"]


@dataclass(frozen=True)
class Task:
    """A live human task. Done tasks leave the state (they stay in the table and the log)."""

    no: int
    token_id: str
    element_id: str
    kind: str
    agency: str
    role: str
    status: TaskStatus
    opened_at: str
    due_at: str | None
    version: int = 1
    assignee: str | None = None
    offered_by: str | None = None  # agency that handed it over
    from_task: int | None = None
    from_element: str | None = None
    item_digest: str | None = None  # the loop's item, in `State.items`
    index: int | None = None
    owner: str | None = None  # account that delegated it and gets it back
    owner_name: str = ""
    limit: str = ""  # of an opinion: the time its asker gave


@dataclass(frozen=True)
class Pause:
    from_at: str
    cause: str
    to_at: str | None = None
    document: str = ""


@dataclass(frozen=True)
class Clock:
    started_at: str | None = None
    amount: int = 0
    unit: str = ""
    calendar: str = ""
    due_at: str | None = None
    original_due_at: str | None = None
    pauses: tuple[Pause, ...] = ()
    extension_days: int = 0
    ended_at: str | None = None


@dataclass(frozen=True)
class StepRecord:
    """The last completions of a step since it was last entered: what FEEL sees as `steps.<id>`."""

    outcome: str | None
    at: str
    by: str
    agency: str
    task_no: int
    silent: bool = False
    item_digest: str | None = None
    digest: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class Timer:
    element_id: str
    due_at: str
    attached_to: str | None = None


@dataclass(frozen=True)
class Payment:
    """What is left of one payment: đồng by fee code, and beyond all fees. `going_back`: ordered, not yet done."""

    method: str
    fees: Mapping[str, int] = field(default_factory=dict)
    surplus_vnd: int = 0
    going_back: int = 0


@dataclass(frozen=True)
class State:
    dossier_code: str = ""
    procedure_code: str = ""
    procedure_version: int = 0
    agency: str = ""
    via: str | None = None  # the agency whose counter took it in and returns its result, if not `agency`
    channel: str = "online"
    status: str = ""
    sub_status: str = ""
    submitted_at: str | None = None
    received_at: str | None = None
    reception_due_at: str | None = None
    seq: int = 0  # number of commands accepted; the dossier's version for edits
    next_task_no: int = 1
    tasks: Mapping[int, Task] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    held_timers: Mapping[str, Timer] = field(default_factory=dict)  # set aside while stopped
    jobs: Mapping[str, str] = field(
        default_factory=dict
    )  # token id -> element id; partners and child dossiers
    messages: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)  # name, correlation's digest
    steps: Mapping[str, tuple[StepRecord, ...]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)  # form key -> digest
    components: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clock: Clock = Clock()
    fees: Mapping[str, int] = field(default_factory=dict)  # code -> amount in đồng
    exempt: tuple[str, ...] = ()  # codes of fees not taken by an officer's decision
    payments: Mapping[str, Payment] = field(default_factory=dict)  # reference -> what it paid
    supplements: int = 0  # after reception; law allows one
    early_supplements: int = 0  # before reception
    allowed_supplements: int = 0  # further ones, by a leader's decision
    open_supplements: Mapping[int, int] = field(default_factory=dict)  # task no -> number of its request
    apologies: int = 0
    promised_on: str | None = None  # the new date of the apology; the due date stays
    last_outcome: str | None = None
    incident: tuple[str, str] | None = None  # element id, code
    stopped_from: str | None = None  # the status before the stop; set = stopped
    stopped_at: str | None = None
    stopped_by: str | None = None
    results: Mapping[str, str] = field(default_factory=dict)  # code -> the stage reached, or revoked
    parent: str | None = None
    closed: bool = False
    flow: bytes = b""  # the diagram's position (engine.flow's snapshot)
    items: Mapping[str, object] = field(default_factory=dict)  # by digest, of live tasks and step records

    def item(self, digest: str | None) -> object:
        """The loop's item under that digest; None without one, or if it was erased."""
        return None if digest is None else self.items.get(digest)


@dataclass(frozen=True)
class Document:
    """The dossier's data for expressions and forms, loaded by digest: personal, never logged.

    `salt`: the key of all its digests, gone when the data is erased.
    """

    answers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # form key -> answers
    persons: Mapping[str, object] = field(default_factory=dict)  # applicant, beneficiary
    variables: Mapping[str, object] = field(default_factory=dict)  # resultVariable -> value
    salt: bytes = b""


Record = TypeVar("Record", State, Task, Clock, Pause, Payment)


def changed(record: Record, **values: Any) -> Record:
    """`dataclasses.replace` without running `__init__`: states change at every event, this is 8 × faster."""
    copy: Record = object.__new__(type(record))
    copy.__dict__.update(record.__dict__, **values)
    return copy


def without(mapping: Mapping[Any, Any], key: object) -> dict[Any, Any]:
    """The mapping less one key."""
    return {name: value for name, value in mapping.items() if name != key}
