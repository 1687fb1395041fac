"""Who may do what: one table, command by command. Who may see: store/visible.py.

A permit asks for the actor's standing: posts, role, agency, relation to the dossier. Whether the moment is right (is
the task open? may the clock be extended?) is the engine's to say, with its own code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import reference
from engine import commands
from engine.actor import Actor
from engine.commands import Command
from engine.rejection import Rejected
from engine.state import OPINION, State, Task

APPLICANT = "applicant"  # the role of lanes whose tasks are the applicant's own

FORBIDDEN = Rejected(
    "forbidden",
    "Tài khoản của bạn không có quyền thực hiện thao tác này.",
    "Your account may not do this.",
)


@dataclass(frozen=True)
class Relation:
    """What ties actors to one dossier, and which roles dispatch or lead.

    `course`: agencies that have or had to do with it; given only where the command names a task that is gone.
    """

    state: State
    applicant: tuple[
        str | None, ...
    ]  # accounts: the applicant's, and who acts for them by a mandate in force
    dispatching: frozenset[str]
    leading: frozenset[str]
    course: frozenset[str] = frozenset()
    receipt: str = ""  # whoever holds the receipt of this very dossier (engine.actor.holder)


def permit(actor: Actor, command: Command, relation: Relation) -> Rejected | None:
    """None if the actor may give this command on this dossier; a command that the table does not name is nobody's."""
    may = TABLE.get(type(command))
    return None if may and may(actor, command, relation) else FORBIDDEN


def may_submit(actor: Actor, agency: str, channel: str, dispatching: frozenset[str]) -> Rejected | None:
    """Applicants file online for themselves; a dispatcher of the agency whose counter it is files what comes over it."""
    if actor.kind == "system" or (actor.kind == "applicant" and channel == "online"):
        return None
    at_counter = any(post.agency == agency and post.role in dispatching for post in actor.posts)
    return None if at_counter and channel != "online" else FORBIDDEN


def dispatchers(session: Session) -> frozenset[str]:
    """Roles that give work to others."""
    return reference.load(session, datetime.now(UTC)).dispatching


def leaders(session: Session) -> frozenset[str]:
    """Roles that lead an agency."""
    return reference.load(session, datetime.now(UTC)).leading


def signers(session: Session) -> frozenset[str]:
    """Roles that sign or seal: documents of any procedure, or slips, which is for leaders."""
    known = reference.load(session, datetime.now(UTC))
    return known.leading | known.signing


def assigners(session: Session) -> frozenset[str]:
    """Roles that give an agency's tasks to its officers."""
    known = reference.load(session, datetime.now(UTC))
    return known.dispatching | known.leading


def orders(session: Session, actor: Actor, row: Mapping[str, object]) -> dict[str, bool]:
    """Which orders on the whole dossier to offer this actor (`row` of store.queries.dossiers.one): page hints only."""
    known = reference.load(session, datetime.now(UTC))
    agencies = {str(row["agency"]["code"]), *_steps_held(row)}  # type: ignore[index]
    answers = any(
        post.agency in agencies and post.role in known.leading | known.dispatching for post in actor.posts
    )

    def dispatches(*named: Any) -> bool:
        codes = {one["code"] for one in named if one}
        return any(post.agency in codes and post.role in known.dispatching for post in actor.posts)

    running, stopped = not row["closed"], row["status"] == "stopped"
    return {
        "stop": running and not stopped and answers,
        "resume": running and stopped and answers,
        "withdraw": running and (answers or row.get("sight") == "own"),
        "extend": running and not stopped and answers and row["due_at"] is not None,
        "apologise": running and answers and row["due_at"] is not None and row["promised_on"] is None,
        "allow_supplement": running
        and not stopped
        and row.get("supplement") is not None
        and any(post.agency in agencies and post.role in known.leading for post in actor.posts),
        "take_fees": dispatches(row["agency"], row["via"]),
        "remit_fees": dispatches(row["agency"]),  # exempt them, or pay them back
        "repair": actor.kind == "admin" and row["incident"] is not None,
    }


def _steps_held(row: Mapping[str, object]) -> set[str]:
    return {str(task["agency"]) for task in row["tasks"] if task["step"]["kind"] != OPINION}  # type: ignore[attr-defined]


def _works_in_queue(actor: Actor, command: Command, relation: Relation) -> bool:
    """The task's queue is one of the actor's posts, or the task is the applicant's own.

    A task that is no longer live passes: the engine knows better words for it (`task_done`, `unknown_task`).
    """
    task = _task(command, relation)
    if task is None:
        return _has_to_do_with(actor, relation)
    if task.role == APPLICANT:
        return _is_applicant(actor, relation) or _holds_receipt(actor, command, relation)
    return actor.holds(task.agency, task.role)


def _leads_in_queue(actor: Actor, command: Command, relation: Relation) -> bool:
    """A leader's own queue: leaders settle among themselves who signs."""
    task = _task(command, relation)
    return _works_in_queue(actor, command, relation) and (task is None or task.role in relation.leading)


def _holds_or_dispatches(actor: Actor, command: Command, relation: Relation) -> bool:
    """Whoever has the task in hand, or a dispatcher of the agency where it lies."""
    task = _task(command, relation)
    if task is None:
        return _has_to_do_with(actor, relation)
    return (task.assignee == actor.id and _works_in_queue(actor, command, relation)) or _dispatches(
        actor, task.agency, relation
    )


def _releases(actor: Actor, command: Command, relation: Relation) -> bool:
    """The clock, too: for who has left the post."""
    return actor.kind == "clock" or _holds_or_dispatches(actor, command, relation)


def _dispatches_task(actor: Actor, command: Command, relation: Relation) -> bool:
    task = _task(command, relation)
    return _has_to_do_with(actor, relation) if task is None else _dispatches(actor, task.agency, relation)


def _gives_out(actor: Actor, command: Command, relation: Relation) -> bool:
    """Who gives out the work of the agency where the task lies: its dispatchers and leaders; the clock, when a substitution ends."""
    if actor.kind == "clock":
        return True
    task = _task(command, relation)
    if task is None:
        return _has_to_do_with(actor, relation)
    roles = relation.dispatching | relation.leading
    return any(post.agency == task.agency and post.role in roles for post in actor.posts)


def _sent_it(actor: Actor, command: Command, relation: Relation) -> bool:
    """Recall: who completed the step before, or a dispatcher of the agency that did. Who kept silent sent nothing."""
    task = _task(command, relation)
    if task is None:
        return _has_to_do_with(actor, relation)
    records = [one for one in relation.state.steps.get(task.from_element or "", ()) if not one.silent]
    mine = any(record.by == actor.id and record.task_no == task.from_task for record in records)
    senders = {record.agency for record in records} | {task.offered_by or task.agency}
    return mine or any(_dispatches(actor, agency, relation) for agency in senders)


def _asks_to_withdraw(actor: Actor, command: Command, relation: Relation) -> bool:
    """The applicant, or the receiving agency's dispatcher on the applicant's paper request; a child goes with its parent."""
    state = relation.state
    asks = actor.kind == "system" or _is_applicant(actor, relation)
    return asks or _dispatches(actor, state.via or state.agency, relation)


def _answers_for_it(actor: Actor, command: Command, relation: Relation) -> bool:
    """A leader or dispatcher of the receiving agency, or of one that holds a live task."""
    agencies = _responsible(relation)
    roles = relation.leading | relation.dispatching
    return any(post.agency in agencies and post.role in roles for post in actor.posts)


def _stops(actor: Actor, command: Command, relation: Relation) -> bool:
    """Who answers for the dossier; a child stands still with its parent (casework/children.py)."""
    return actor.kind == "system" or _answers_for_it(actor, command, relation)


def _leads(actor: Actor, command: Command, relation: Relation) -> bool:
    """A leader of the receiving agency, or of one that holds a live task."""
    agencies = _responsible(relation)
    return any(post.agency in agencies and post.role in relation.leading for post in actor.posts)


def _responsible(relation: Relation) -> set[str]:
    """The receiving agency, and those that hold a step of the dossier; who is only asked for an opinion orders nothing."""
    holding = (task.agency for task in relation.state.tasks.values() if task.kind != OPINION)
    return {relation.state.agency, *holding}


def _leads_result(actor: Actor, command: Command, relation: Relation) -> bool:
    """A leader of the agency that received the dossier, or of one that made a step of it: who signed may take back."""
    made = {record.agency for records in relation.state.steps.values() for record in records}
    agencies = {relation.state.agency, *made}
    return any(post.agency in agencies and post.role in relation.leading for post in actor.posts)


def _corrects(actor: Actor, command: Command, relation: Relation) -> bool:
    """Whoever has a task of the dossier in hand, or the dispatcher of an agency that received it."""
    state = relation.state
    holds = any(
        task.assignee == actor.id
        for task in state.tasks.values()
        if task.role != APPLICANT and task.kind != OPINION
    )
    return holds or any(
        _dispatches(actor, agency, relation) for agency in (state.agency, state.via) if agency
    )


def _converses(actor: Actor, command: Command, relation: Relation) -> bool:
    """The applicant, and officers of the receiving agency or of one that holds a live task."""
    agencies = {relation.state.agency, *(task.agency for task in relation.state.tasks.values())}
    return _is_applicant(actor, relation) or bool(agencies & actor.agencies())


def _takes_money(actor: Actor, command: Command, relation: Relation) -> bool:
    """The gateway, by its signed word; over the counter a dispatcher of the deciding agency, or of the one whose counter took
    the dossier in and returns its result."""
    if isinstance(command, commands.PayFees) and command.method == "online":
        return actor.kind == "partner"
    state = relation.state
    return any(_dispatches(actor, agency, relation) for agency in (state.agency, state.via) if agency)


def _remits_money(actor: Actor, command: Command, relation: Relation) -> bool:
    """Whose money it is says what is exempt or goes back: a dispatcher of the deciding agency."""
    return _dispatches(actor, relation.state.agency, relation)


def _asked(actor: Actor, command: Command, relation: Relation) -> bool:
    """Whoever works in the queue of the step that asked for an opinion."""
    task = _task(command, relation)
    asking = relation.state.tasks.get(task.from_task or 0) if task else None
    if asking is None:
        return _has_to_do_with(actor, relation)
    return actor.holds(asking.agency, asking.role)


def _works_on_it(actor: Actor, command: Command, relation: Relation) -> bool:
    """An officer of the agency in whose name a note is written, if that agency received the dossier or holds a live task."""
    agency = command.agency  # type: ignore[attr-defined]
    there = {relation.state.agency, *(task.agency for task in relation.state.tasks.values())}
    return agency in actor.agencies() and agency in there


def _is_admin(actor: Actor, command: Command, relation: Relation) -> bool:
    return actor.kind == "admin"


def _is_clock(actor: Actor, command: Command, relation: Relation) -> bool:
    return actor.kind == "clock"


def _is_partner(actor: Actor, command: Command, relation: Relation) -> bool:
    """Callbacks come authenticated as the partner; the house itself reports child dossiers."""
    return actor.kind in ("partner", "system")


TABLE: Mapping[type[Command], Callable[[Actor, Command, Relation], bool]] = {
    commands.ClaimTask: _works_in_queue,
    commands.CompleteTask: _works_in_queue,
    commands.ReleaseTask: _releases,
    commands.AssignTask: _gives_out,
    commands.RefuseHandOver: _works_in_queue,
    commands.RerouteTask: _dispatches_task,
    commands.RecallTask: _sent_it,
    commands.ReturnTask: _holds_or_dispatches,
    commands.AskOpinion: _works_in_queue,
    commands.GiveOpinion: _works_in_queue,
    commands.CancelOpinion: _asked,
    commands.DelegateTask: _works_in_queue,
    commands.PassOnTask: _leads_in_queue,
    commands.HandBackTask: _works_in_queue,
    commands.WriteNote: _works_on_it,
    commands.WithdrawDossier: _asks_to_withdraw,
    commands.StopDossier: _stops,
    commands.ResumeDossier: _stops,
    commands.ExtendDeadline: _answers_for_it,
    commands.Apologise: _answers_for_it,
    commands.AllowSupplement: _leads,
    commands.AmendAnswers: _corrects,
    commands.PostToConversation: _converses,
    commands.PayFees: _takes_money,
    commands.ExemptFee: _remits_money,
    commands.TakeBackExemption: _remits_money,
    commands.OrderRefund: _remits_money,
    commands.FinishRefund: _is_partner,
    commands.RecordPapers: _corrects,
    commands.RepairIncident: _is_admin,
    commands.MigrateDossier: _is_admin,
    commands.RevokeResult: _leads_result,
    commands.FireTimer: _is_clock,
    commands.DeliverMessage: _is_partner,
    commands.FinishJob: _is_partner,
    commands.FailJob: _is_partner,
}


def _task(command: Command, relation: Relation) -> Task | None:
    return relation.state.tasks.get(command.task_no)  # type: ignore[attr-defined]


def _dispatches(actor: Actor, agency: str, relation: Relation) -> bool:
    return any(post.agency == agency and post.role in relation.dispatching for post in actor.posts)


def _is_applicant(actor: Actor, relation: Relation) -> bool:
    return actor.kind == "applicant" and actor.id in relation.applicant


def _holds_receipt(actor: Actor, command: Command, relation: Relation) -> bool:
    """The holder of this dossier's receipt completes the applicant's task; which ones is the procedure's to say
    (engine.rules.supplement.barred)."""
    return isinstance(command, commands.CompleteTask) and _has_receipt(actor, relation)


def _has_receipt(actor: Actor, relation: Relation) -> bool:
    return actor.kind == "holder" and actor.id == relation.receipt


def _has_to_do_with(actor: Actor, relation: Relation) -> bool:
    """Enough standing to be told that a task is gone: the applicant, a receipt's holder, an agency of the dossier's course."""
    return (
        _is_applicant(actor, relation)
        or _has_receipt(actor, relation)
        or bool(actor.agencies() & relation.course)
    )
