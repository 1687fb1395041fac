"""Running dossiers carried over to another version of their procedure: tried out first, then one job a dossier.

Each goes through the gate by itself (`engine.rules.migration`): one event, one commit, and one that cannot stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework import definitions, reference
from casework.permits import FORBIDDEN
from engine import decide
from engine.actor import Actor
from engine.commands import MigrateDossier
from engine.decision import Decision
from engine.definition import Definition, Step
from engine.digest import digest
from engine.rejection import REASON_REQUIRED, Rejected
from engine.rules import migration as rules
from engine.state import OPINION, State
from store import load, outbox
from store.outbox import Job
from store.tables import answers, dossier
from store.tables import outbox as outbox_rows

TOPIC = "migrate"
TRIED = 500  # dossiers of one trial
MOST = 5000  # dossiers of one order


@dataclass(frozen=True)
class Place:
    """A step of the old version that the new one does not have under its id; `likely`: what it seems to be called now."""

    step: Step
    counterparts: Sequence[Step]
    likely: str


@dataclass(frozen=True)
class Trial:
    """What would become of a dossier; `rejected` None: it can be carried over.

    `steps`: names of each step it waits at, before and after ("" where it cannot go over).
    """

    dossier_code: str
    rejected: Rejected | None
    steps: Sequence[tuple[str, str]]


def places(session: Session, code: str, old: int, new: int) -> Sequence[Place]:
    """The steps that need a counterpart named, in the diagram's order. LookupError if there is no such version."""
    before, after = definitions.get(session, code, old), definitions.get(session, code, new)
    likely = rules.suggested(before, after)
    return [
        Place(step, rules.counterparts(step, after), likely.get(step.element_id, ""))
        for step in rules.missing(before, after)
    ]


def trial(
    session: Session,
    actor: Actor,
    code: str,
    old: int,
    new: int,
    *,
    renamed: Mapping[str, str] | None = None,
    now: datetime,
    limit: int = TRIED,
) -> list[Trial] | Rejected:
    """The oldest `limit` running dossiers on version `old`, each decided as if ordered; nothing is kept.

    `renamed`: old step id → new step id. LookupError if there is no such version.
    """
    target = definitions.get(session, code, new)
    if refused := _refused(session, actor, code, old, target, renamed or {}):
        return refused
    order = MigrateDossier(actor, new, "thử", target, renamed or {})
    tried = []
    for dossier_id, dossier_code, _ in _running(session, code, old, limit):
        loaded = load.locked(session, dossier_id)
        if loaded is not None and loaded.procedure_version == old:
            definition = definitions.get(session, code, old, loaded.definition_digest)
            facts = reference.load(session, now, loaded.reference).facts
            answer = decide.decide(definition, loaded.state, loaded.document, facts, order, now)
            tried.append(_told(dossier_code, loaded.state, answer, definition, target))
        session.rollback()
    return tried


def begin(
    session: Session,
    actor: Actor,
    code: str,
    old: int,
    new: int,
    reason: str,
    *,
    renamed: Mapping[str, str] | None = None,
    now: datetime,
) -> int | Rejected:
    """Order it for every running dossier on version `old`, `MOST` at a time; says for how many. Commits.

    The grounds stand with each dossier's own data, to be erased with it. LookupError if there is no such version.
    """
    words = reason.strip()
    if refused := _refused(session, actor, code, old, definitions.get(session, code, new), renamed or {}):
        return refused
    if not words:
        return REASON_REQUIRED
    chosen = _running(session, code, old, MOST)
    bodies = []
    for dossier_id, _, salt in chosen:
        body = {"digest": digest(words, salt.bytes if salt else b""), "form": "", "body": words}
        bodies.append({"dossier_id": dossier_id, "recorded_at": now, **body})
        asked = {"procedure": code, "version": new, "by": actor.id, "reason_digest": body["digest"]}
        outbox.put(session, TOPIC, asked | {"renamed": dict(renamed or {})}, now=now, dossier_id=dossier_id)
    if bodies:
        session.execute(insert(answers).on_conflict_do_nothing(), bodies)
    session.commit()
    return len(chosen)


def waiting(session: Session, code: str) -> int:
    """How many orders of this procedure have not been carried out yet."""
    rows = select(func.count()).where(
        outbox_rows.c.topic == TOPIC,
        outbox_rows.c.done_at.is_(None),
        outbox_rows.c.payload["procedure"].astext == code,
    )
    return int(session.scalar(rows) or 0)


def order(session: Session, job: Job) -> MigrateDossier:
    """The command of one outbox row, in the name of the admin who gave the order."""
    said = job.payload
    grounds = session.scalar(
        select(answers.c.body).where(
            answers.c.dossier_id == job.dossier_id, answers.c.digest == str(said["reason_digest"])
        )
    )
    renamed = dict(said["renamed"])  # type: ignore[call-overload]
    by = Actor(str(said["by"]), "admin")
    return MigrateDossier(by, int(str(said["version"])), str(grounds or ""), renamed=renamed)


def running(session: Session, code: str, version: int) -> int:
    """How many dossiers run on this version."""
    return int(session.scalar(select(func.count()).where(*_on(code, version))) or 0)


def _refused(
    session: Session, actor: Actor, code: str, old: int, target: Definition, renamed: Mapping[str, str]
) -> Rejected | None:
    if actor.kind != "admin":
        return FORBIDDEN
    return rules.unfit(definitions.get(session, code, old), target, renamed)


def _told(
    dossier_code: str, before: State, answer: Decision | Rejected, old: Definition, new: Definition
) -> Trial:
    waiting = [task for task in before.tasks.values() if task.kind != OPINION]
    if isinstance(answer, Rejected):
        return Trial(dossier_code, answer, [(old.steps[task.element_id].name, "") for task in waiting])
    after = answer.state.tasks
    steps = [
        (old.steps[task.element_id].name, new.steps[after[task.no].element_id].name)
        for task in waiting
        if task.no in after
    ]
    return Trial(dossier_code, None, steps)


def _running(session: Session, code: str, version: int, limit: int) -> Sequence[tuple[int, str, UUID | None]]:
    rows = session.execute(
        select(dossier.c.id, dossier.c.code, dossier.c.salt)
        .where(*_on(code, version))
        .order_by(dossier.c.id)
        .limit(limit)
    )
    return [(row.id, row.code, row.salt) for row in rows]


def _on(code: str, version: int) -> tuple[ColumnElement[bool], ...]:
    return (
        dossier.c.procedure_code == code,
        dossier.c.procedure_version == version,
        ~dossier.c.closed,  # "is false" would not be met by the index
    )
