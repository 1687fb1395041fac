"""Orders to a dossier. Names are imperative; each is decided by one rule in `engine/rules/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.actor import Actor
from engine.declared import ComponentGiven, Person, Receiver, ResultMade
from engine.definition import Definition, ReturnWay

Channel = Literal["online", "counter", "post"]
Answers = Mapping[str, object]


@dataclass(frozen=True)
class Command:
    """`by` gives the order. The gate adds the dossier; commands never name it."""

    by: Actor


@dataclass(frozen=True)
class SubmitDossier(Command):
    """Open a dossier. `dossier_code` is allotted by the gate in the same transaction.

    `payer`: who pays the fees, where it is not the applicant. `via`: the agency whose counter takes it in and returns
    its result for `agency`, which decides (non-boundary reception). `representative`: who acts for the applicant, by
    `mandate`. `return_by`: how the applicant wishes to receive the result; None where nobody was asked.
    """

    dossier_code: str
    agency: str
    applicant: Person
    answers: Answers
    components: tuple[ComponentGiven, ...] = ()
    channel: Channel = "online"
    beneficiary: Person | None = None
    payer: Person | None = None
    parent: str | None = None  # code of the dossier that opened this one (inter-agency bundle)
    via: str | None = None
    representative: Person | None = None
    mandate: str | None = None
    return_by: ReturnWay | None = None


@dataclass(frozen=True)
class RecordPapers(Command):
    """Papers taken in, counted or digitised beside the steps; each replaces what was on record of its component."""

    components: tuple[ComponentGiven, ...]


@dataclass(frozen=True)
class ClaimTask(Command):
    """Take an open task; in another agency's hand-over this accepts it."""

    task_no: int
    seen_version: int | None = None


@dataclass(frozen=True)
class ReleaseTask(Command):
    task_no: int
    seen_version: int | None = None


@dataclass(frozen=True)
class AssignTask(Command):
    """Give a task to an officer (dispatcher, head); also re-assigns."""

    task_no: int
    to: str
    to_name: str = ""
    seen_version: int | None = None


@dataclass(frozen=True)
class CompleteTask(Command):
    """End a step with one of its outcomes and the answers of its e-form.

    `without_opinions`: questions still open are taken back with it. `receiver` and `returned` (components whose originals
    went back) are of a step that returns a result (casework.collecting.received).
    """

    task_no: int
    outcome: str | None = None
    answers: Answers = field(default_factory=dict)
    components: tuple[ComponentGiven, ...] = ()
    note: str = ""
    results: tuple[ResultMade, ...] = ()
    seen_version: int | None = None
    ticked: tuple[int, ...] = ()  # of a supplement request: items answered, from 1
    without_opinions: bool = False
    receiver: Receiver | None = None
    returned: tuple[str, ...] = ()


@dataclass(frozen=True)
class RefuseHandOver(Command):
    """The receiving agency declines: the same task goes back to the sender's dispatcher. The token stays."""

    task_no: int
    reason: str
    seen_version: int | None = None


@dataclass(frozen=True)
class RerouteTask(Command):
    """The sender's dispatcher offers a refused task to another agency (same role unless given)."""

    task_no: int
    agency: str
    role: str | None = None
    reason: str = ""
    seen_version: int | None = None


@dataclass(frozen=True)
class RecallTask(Command):
    """The sender takes back work that nobody has claimed yet: the token returns to the step it came from."""

    task_no: int
    reason: str


@dataclass(frozen=True)
class ReturnTask(Command):
    """Send the work back to an earlier step of the same branch."""

    task_no: int
    to_element: str
    reason: str
    seen_version: int | None = None


@dataclass(frozen=True)
class AskOpinion(Command):
    """Ask another queue while the step goes on. `limit` in working time: "2 working_day", "4 working_hour"."""

    task_no: int
    agency: str
    role: str
    question: str
    limit: str
    seen_version: int | None = None


@dataclass(frozen=True)
class GiveOpinion(Command):
    """Answer what another unit asked; `task_no` is the question's own task."""

    task_no: int
    answer: str
    seen_version: int | None = None


@dataclass(frozen=True)
class CancelOpinion(Command):
    """Who asked takes the question back."""

    task_no: int


@dataclass(frozen=True)
class DelegateTask(Command):
    """A colleague of the queue does the work; the task stays the giver's and comes back."""

    task_no: int
    to: str
    to_name: str = ""
    words: str = ""
    seen_version: int | None = None


@dataclass(frozen=True)
class PassOnTask(Command):
    """A leader gives a task of the leaders' queue to another leader for good, and says why."""

    task_no: int
    to: str
    to_name: str = ""
    reason: str = ""
    seen_version: int | None = None


@dataclass(frozen=True)
class HandBackTask(Command):
    """A delegated task goes back to its owner, by the delegate or at the owner's own wish."""

    task_no: int
    words: str = ""
    seen_version: int | None = None


@dataclass(frozen=True)
class WriteNote(Command):
    """A note for the officers of one's own agency."""

    agency: str
    text: str


@dataclass(frozen=True)
class WithdrawDossier(Command):
    reason: str


@dataclass(frozen=True)
class StopDossier(Command):
    reason: str


@dataclass(frozen=True)
class ResumeDossier(Command):
    reason: str


@dataclass(frozen=True)
class ExtendDeadline(Command):
    """A statutory extension with notice; at most the days the manifest allows, once."""

    days: int
    reason: str


@dataclass(frozen=True)
class AllowSupplement(Command):
    """A leader lets papers be asked for once more than law foresees, with a written reason."""

    reason: str


@dataclass(frozen=True)
class Apologise(Command):
    """The one apology with a new promised date (Mẫu 04). The original due date keeps counting for KPIs."""

    new_due_on: str  # ISO date
    reason: str


@dataclass(frozen=True)
class FireTimer(Command):
    timer_id: str


@dataclass(frozen=True)
class DeliverMessage(Command):
    name: str
    correlation: object = None
    payload: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class FinishJob(Command):
    """An external task answered: `result` goes to the step's resultVariable."""

    token_id: str
    result: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class FailJob(Command):
    """An external task failed for good: BPMN error `error_code` if the diagram catches it, else an incident."""

    token_id: str
    error_code: str
    sentence: str


@dataclass(frozen=True)
class MigrateDossier(Command):
    """Carry a running dossier over to another version of its procedure; the gate fills `target` in.

    `renamed`: steps that have another id in that version, old id → new id. `repairs`: only a dossier that stands still by
    an incident; every other goes over by an order that was tried first (casework.migration).
    """

    version: int
    reason: str
    target: Definition | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    repairs: bool = False


@dataclass(frozen=True)
class RepairIncident(Command):
    """An admin lets the dossier try again, after mending data or version."""

    reason: str


@dataclass(frozen=True)
class PostToConversation(Command):
    """Applicant or officer writes to the other side about the dossier (personal data)."""

    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class PayFees(Command):
    """Money came in for the dossier's fees. `reference` and `receipt` are allotted by the gate's caller; `payer`
    names who paid where that is not the applicant (personal data)."""

    reference: str
    amount_vnd: int
    method: Literal["online", "cash", "transfer"]
    receipt: str
    gateway_reference: str = ""
    payer: str = ""


@dataclass(frozen=True)
class ExemptFee(Command):
    """A fee is not taken from this applicant (people of merit, poor households …): the paper that says so is the reason."""

    code: str
    reason: str


@dataclass(frozen=True)
class TakeBackExemption(Command):
    """A fee that was exempted is taken after all (the paper was wrong, or of another person), with the reason on record."""

    code: str
    reason: str


@dataclass(frozen=True)
class OrderRefund(Command):
    """A payment is to be paid back, with a reason on the record."""

    reference: str
    reason: str


@dataclass(frozen=True)
class FinishRefund(Command):
    """The gateway has paid back."""

    reference: str
    gateway_reference: str = ""


@dataclass(frozen=True)
class AmendAnswers(Command):
    """Officer corrects answers of an e-form on the record (evented, old digest kept)."""

    form: str
    answers: Answers
    reason: str
    seen_version: int | None = None


@dataclass(frozen=True)
class RevokeResult(Command):
    """A result that was issued counts no more, also after the dossier has ended. `replaced_by`: check code of a new one."""

    code: str
    reason: str
    replaced_by: str = ""
