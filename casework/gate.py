"""The one door to a dossier: permit → load → decide → write → commit.

Pages, the API, partners' callbacks, jobs and the clock all come through `handle`; a new dossier through
`casework.intake.submit`. Either everything of a command is committed, or nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from casework import attachments, collecting, definitions, errors, intake, reference, requests, signed_papers
from casework.accepted import Accepted, unfit
from casework.documents import books, drafting
from casework.permits import Relation, permit
from engine import decide
from engine.actor import Actor, holder
from engine.commands import (
    AskOpinion,
    AssignTask,
    Command,
    CompleteTask,
    DelegateTask,
    MigrateDossier,
    PassOnTask,
    RerouteTask,
)
from engine.decision import Decision
from engine.definition import Definition
from engine.events import ChildOpened, Event
from engine.local import LOCAL
from engine.rejection import Rejected
from engine.state import State
from store import journal, load, visible
from store.load import Loaded
from store.queries import inbox
from store.tables.work import task_id

__all__ = ["Accepted", "handle"]

PEOPLE = ("officer", "admin", "applicant")


def handle(
    session: Session,
    dossier: str | int,
    *orders: Command,
    now: datetime,
    seen_version: int | None = None,
) -> Accepted | Rejected:
    """Carry out `orders` on a dossier (by code, or row id) and commit; a rejection rolls back whatever the session had begun.

    Several belong together (a task claimed and completed, cash taken with its result): all of them are carried out, or none;
    the answer is the last one's, with the events of all. `by` of an order is who the roof has authenticated. Commands on one
    dossier wait for each other (its row lock). `seen_version`: the dossier's version that the actor saw, for orders on the
    whole dossier.
    """
    events: tuple[Event, ...] = ()
    for order in orders:
        answer = unfit(order) or _handle(session, dossier, order, now, None if events else seen_version)
        if isinstance(answer, Rejected):
            session.rollback()
            return answer
        done, events = answer, events + answer.events
    session.commit()
    return replace(done, events=events)


def _handle(
    session: Session, dossier: str | int, command: Command, now: datetime, seen_version: int | None
) -> Accepted | Rejected:
    loaded = load.locked(session, dossier)
    if loaded is None:
        return errors.UNKNOWN_DOSSIER
    known = reference.load(session, now, loaded.reference)
    course = visible.course(session, loaded.id) if _gone(loaded, command) else frozenset()
    acting = loaded.applicant, loaded.representative
    receipt = holder(loaded.code).id
    relation = Relation(loaded.state, acting, known.dispatching, known.leading, course, receipt)
    if refused := permit(command.by, command, relation):
        return _forbidden(session, command.by, loaded.id, refused)
    if loaded.erased:
        return errors.ERASED
    if seen_version is not None and seen_version != loaded.state.seq:
        return errors.stale_dossier(loaded.state.seq, seen_version)
    if isinstance(command, AssignTask | DelegateTask | PassOnTask):
        named = _assignee(session, command, loaded.state, now)
        if isinstance(named, Rejected):
            return named
        command = named
    if isinstance(command, AskOpinion) and not inbox.colleagues(
        session, command.agency, command.role, now=now
    ):
        return errors.nobody_there(command.agency, command.role)
    if isinstance(command, RerouteTask) and (refused := _unstaffed(session, command, loaded, now)):
        return refused
    definition = definitions.get(
        session, loaded.procedure_code, loaded.procedure_version, loaded.definition_digest
    )
    if isinstance(command, MigrateDossier):
        command = replace(command, target=_version(session, loaded, command.version))
    partly = nobody = None
    if isinstance(command, CompleteTask):
        command = books.numbered(session, loaded, command, definition, known.facts, now)
        command = drafting.named(session, loaded.id, command, loaded.state, definition, now)
        command, partly = requests.answered(session, loaded.id, definition, loaded.state, command)
        command, nobody = collecting.received(definition, loaded.state, loaded.document, command)
    decision = decide.decide(definition, loaded.state, loaded.document, known.facts, command, now)
    if isinstance(decision, Rejected):
        return _who_was_first(session, command, loaded.id, decision)
    if refused := partly or nobody:
        return refused
    if refused := attachments.free(session, command.by, attachments.handed_in(decision.events), loaded.id):
        return refused
    if refused := attachments.misfits(session, definition, decision.events):
        return refused
    if refused := signed_papers.unsigned(session, definition, command.by, decision.events):
        return refused
    opened = _with_children(session, loaded, decision, now)
    if isinstance(opened, Rejected):
        return opened
    if isinstance(command, MigrateDossier) and command.target is not None:
        definition = command.target
    journal.write(session, loaded.id, command, opened, at=now, head=loaded.head, known=loaded.bodies)
    if isinstance(command, CompleteTask) and command.task_no not in opened.state.tasks:
        collecting.keep(session, loaded.id, command, now=now)
    books.number_slips(session, loaded.id, command, loaded.state, definition, opened, now)
    return Accepted(
        loaded.code,
        opened.state.seq,
        opened.events,
        opened.state,
        dossier_id=loaded.id,
        definition=definition,
    )


def _forbidden(session: Session, actor: Actor, dossier_id: int, refused: Rejected) -> Rejected:
    """People who may not even see the dossier are not told that it exists."""
    unseen = actor.kind in PEOPLE and visible.sight(session, actor, dossier_id) is None
    return errors.UNKNOWN_DOSSIER if unseen else refused


def _gone(loaded: Loaded, command: Command) -> bool:
    """Does the command name a task that waits no longer? Then who once had it is told so (permits)."""
    return getattr(command, "task_no", None) not in (None, *loaded.state.tasks)


def _who_was_first(session: Session, command: Command, dossier_id: int, rejected: Rejected) -> Rejected:
    """The colleague whose claim or completion came first, by name; the engine knows accounts only."""
    if rejected.code not in ("task_taken", "task_done"):
        return rejected
    row = inbox.task(session, task_id(dossier_id, command.task_no))  # type: ignore[attr-defined]
    if row is None or (rejected.code == "task_taken" and row["assignee"] == command.by.id):
        return rejected
    if rejected.code == "task_taken":
        return errors.task_taken(row["assignee_name"] or row["assignee"])
    return errors.task_done(row["done"], LOCAL) if row["done"] else rejected


def _assignee(
    session: Session, command: AssignTask | DelegateTask | PassOnTask, state: State, now: datetime
) -> AssignTask | DelegateTask | PassOnTask | Rejected:
    """The officer must hold the task's queue; the name for the lists comes from the account."""
    task = state.tasks.get(command.task_no)
    if task is None:
        return command
    for officer in inbox.colleagues(session, task.agency, task.role, now=now):
        if officer["username"] == command.to:
            return replace(command, to_name=str(officer["name"]))
    return errors.not_in_queue(command.to)


def _version(session: Session, loaded: Loaded, version: int) -> Definition | None:
    """Another version of the dossier's procedure; None if it was never published."""
    try:
        return definitions.get(session, loaded.procedure_code, version)
    except LookupError:
        return None


def _unstaffed(session: Session, command: RerouteTask, loaded: Loaded, now: datetime) -> Rejected | None:
    """Work is not sent where nobody would find it."""
    task = loaded.state.tasks.get(command.task_no)
    if task is None:
        return None
    definition = definitions.get(
        session, loaded.procedure_code, loaded.procedure_version, loaded.definition_digest
    )
    role = command.role or definition.steps[task.element_id].role
    staffed = inbox.colleagues(session, command.agency, role, now=now)
    return None if staffed else errors.nobody_there(command.agency, role)


def _with_children(
    session: Session, loaded: Loaded, decision: Decision, now: datetime
) -> Decision | Rejected:
    """Opens the child dossiers that the decision asks for, in the same commit, and writes their codes into it."""
    if not any(isinstance(event, ChildOpened) for event in decision.events):
        return decision
    events = list(decision.events)
    declared = load.document(decision.state, {**loaded.bodies, **decision.bodies})
    for place, event in enumerate(events):
        if isinstance(event, ChildOpened):
            item = decision.bodies.get(event.item_digest or "")
            child = intake.open_child(session, decision.state, declared, event, item, now=now)
            if isinstance(child, Rejected):
                return errors.child_rejected(event.procedure_code, child)
            events[place] = replace(event, child_code=child)
    return replace(decision, events=tuple(events))
