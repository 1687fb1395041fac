"""Running dossiers carried over to another version of their procedure: tried out first, then one job a dossier.

Each goes through the gate by itself (`engine.rules.migration`): one event, one commit, and one that cannot stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import definitions, reference
from engine import decide
from engine.actor import Actor
from engine.commands import MigrateDossier
from engine.rejection import REASON_REQUIRED, Rejected
from store import load, outbox
from store.outbox import Job
from store.tables import dossier
from store.tables import outbox as outbox_rows

TOPIC = "migrate"
TRIED = 500  # dossiers of one trial
MOST = 5000  # dossiers of one order


@dataclass(frozen=True)
class Trial:
    """What would become of a dossier; `rejected` None: it can be carried over."""

    dossier_code: str
    rejected: Rejected | None


def trial(
    session: Session, actor: Actor, code: str, old: int, new: int, *, now: datetime, limit: int = TRIED
) -> list[Trial]:
    """The oldest `limit` running dossiers on version `old`, each decided as if ordered; nothing is kept.

    LookupError if there is no such version.
    """
    order = MigrateDossier(actor, new, "thử", definitions.get(session, code, new))
    tried = []
    for dossier_id, dossier_code in _running(session, code, old, limit):
        loaded = load.locked(session, dossier_id)
        if loaded is not None and loaded.procedure_version == old:
            definition = definitions.get(session, code, old, loaded.definition_digest)
            facts = reference.load(session, now, loaded.reference).facts
            answer = decide.decide(definition, loaded.state, loaded.document, facts, order, now)
            tried.append(Trial(dossier_code, answer if isinstance(answer, Rejected) else None))
        session.rollback()
    return tried


def begin(
    session: Session, actor: Actor, code: str, old: int, new: int, reason: str, *, now: datetime
) -> int | Rejected:
    """Order it for every running dossier on version `old`, `MOST` at a time; says for how many. Commits.

    LookupError if there is no version `new`.
    """
    if not reason.strip():
        return REASON_REQUIRED
    definitions.get(session, code, new)
    chosen = _running(session, code, old, MOST)
    asked = {"procedure": code, "version": new, "by": actor.id, "reason": reason.strip()}
    for dossier_id, _ in chosen:
        outbox.put(session, TOPIC, asked, now=now, dossier_id=dossier_id)
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


def order(job: Job) -> MigrateDossier:
    """The command of one outbox row, in the name of the admin who gave the order."""
    said = job.payload
    return MigrateDossier(Actor(str(said["by"]), "admin"), int(str(said["version"])), str(said["reason"]))


def _running(session: Session, code: str, version: int, limit: int) -> Sequence[tuple[int, str]]:
    rows = session.execute(
        select(dossier.c.id, dossier.c.code)
        .where(
            dossier.c.procedure_code == code,
            dossier.c.procedure_version == version,
            dossier.c.closed.is_(False),
        )
        .order_by(dossier.c.id)
        .limit(limit)
    )
    return [(row.id, row.code) for row in rows]
