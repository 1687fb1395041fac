"""What happened to a dossier, past tense. One row of the event log holds all events of one command.

Events carry no personal data: answers and persons are content-addressed rows, here stands their digest.
Moments are ISO 8601 in UTC (strings, so that an event is JSON as it stands).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal[
    "submitted",      # 1 Mới đăng ký
    "received",       # 2 Được tiếp nhận
    "not_received",   # 3 Không được tiếp nhận
    "processing",     # 4 Đang xử lý
    "supplement",     # 5 Yêu cầu bổ sung giấy tờ
    "financial",      # 6 Yêu cầu thực hiện nghĩa vụ tài chính
    "withdrawn",      # 7 Công dân yêu cầu rút hồ sơ
    "stopped",        # 8 Dừng xử lý
    "resolved",       # 9 Đã xử lý xong
    "returned",       # 10 Đã trả kết quả
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Base of all events; `type` in storage is the class name, `v` its version."""


@dataclass(frozen=True)
class DossierSubmitted(Event):
    dossier_code: str
    procedure_code: str
    procedure_version: int
    agency: str
    channel: str
    applicant_digest: str
    reception_due_at: str | None
    at: str
    facts: Mapping[str, str] = field(default_factory=dict)  # versions of law, calendar, agencies, fees
    parent: str | None = None


@dataclass(frozen=True)
class AnswersRecorded(Event):
    """`form` is a form key; `$persons` and `$variables` are the two reserved keys."""

    form: str
    digest: str
    element_id: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class ComponentReceived(Event):
    code: str
    attachments: tuple[str, ...]
    originals: int = 0
    certified: int = 0
    copies: int = 0


@dataclass(frozen=True)
class StatusChanged(Event):
    status: Status
    sub_status: str = ""
    reason: str = ""


@dataclass(frozen=True)
class DossierStopped(Event):
    """A leader stopped the work for the time being: the clock, the timers and all tasks stand still."""

    at: str
    by: str
    reason: str


@dataclass(frozen=True)
class DossierResumed(Event):
    at: str
    by: str
    reason: str


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
class DeadlineExtended(Event):
    days: int
    due_at: str
    reason: str


@dataclass(frozen=True)
class Apologised(Event):
    new_due_on: str
    reason: str


@dataclass(frozen=True)
class FeeSet(Event):
    code: str
    amount_vnd: int
    when: int


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
    item: object = None
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


@dataclass(frozen=True)
class TaskCompleted(Event):
    task_no: int
    element_id: str
    outcome: str | None
    by: str
    at: str
    agency: str = ""
    digest: str | None = None
    note: str = ""
    silent: bool = False  # deemed done by silence past the limit
    item: object = None
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
    reason: str
    back_to_agency: str
    back_to_role: str


@dataclass(frozen=True)
class TaskRerouted(Event):
    task_no: int
    agency: str
    role: str
    reason: str
    by: str


@dataclass(frozen=True)
class TaskReturned(Event):
    """The token moved back from a step to an earlier one."""

    task_no: int
    to_element: str
    reason: str
    by: str
    recalled: bool = False


@dataclass(frozen=True)
class SupplementRequested(Event):
    number: int
    at: str
    answer_by: str | None
    task_no: int
    request_digest: str | None = None
    before_reception: bool = False


@dataclass(frozen=True)
class SupplementAllowed(Event):
    """A leader's decision that papers may be asked for once more than law foresees."""

    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class SupplementAnswered(Event):
    number: int
    at: str


@dataclass(frozen=True)
class PaperIssued(Event):
    """A statutory paper (Mẫu 01-06) or result falls due; rendered from this event on demand."""

    paper: str
    task_no: int | None = None


@dataclass(frozen=True)
class ResultIssued(Event):
    """A result (giấy tờ kết quả) was signed / numbered / digitised: `stage` says which."""

    code: str
    stage: Literal["drafted", "signed", "numbered", "digitised", "handed"]
    number: str = ""
    signer: str = ""
    digest: str | None = None


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
    error_code: str
    sentence: str


@dataclass(frozen=True)
class JobCancelled(Event):
    """Nobody waits for the partner or child dossier any more; a late answer is rejected."""

    token_id: str
    element_id: str


@dataclass(frozen=True)
class ReceptionDueSet(Event):
    """Paid before reception: the hours to receive count from the payment."""

    due_at: str | None


@dataclass(frozen=True)
class ChildOpened(Event):
    """A call activity to a procedure code opens a child dossier (the gate allots its code)."""

    token_id: str
    element_id: str
    procedure_code: str
    child_code: str | None = None
    item: object = None


@dataclass(frozen=True)
class MessageAwaited(Event):
    subscription_id: str
    name: str
    correlation: object = None


@dataclass(frozen=True)
class MessageCleared(Event):
    subscription_id: str


@dataclass(frozen=True)
class MessageThrown(Event):
    name: str
    correlation: object
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


@dataclass(frozen=True)
class IncidentRaised(Event):
    element_id: str
    code: str
    vi: str
    en: str


@dataclass(frozen=True)
class IncidentCleared(Event):
    reason: str
    by: str


@dataclass(frozen=True)
class NoticeDue(Event):
    """Somebody is to be told (e-mail, webhook): `topic` names the template; the outbox carries it."""

    topic: str
    to: str  # applicant | agency:<code>:<role> | webhook
    task_no: int | None = None


@dataclass(frozen=True)
class DossierClosed(Event):
    """The diagram ended; `end_kind` is that of the end event reached last."""

    end_kind: str
    at: str
