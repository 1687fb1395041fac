"""What one dossier tells another, by outbox and command: a child's end to its parent, a thrown message to who waits.

Two dossiers are never locked together here: each is told in a commit of its own (DESIGN §7.8).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import gate
from engine.actor import SYSTEM
from engine.commands import DeliverMessage, FinishJob
from engine.rejection import Rejected
from store import outbox
from store.outbox import Job
from store.tables import answers, dossier, message_wait


def child_finished(session: Session, job: Job, now: datetime) -> str:
    """The parent's call activity ends with `{dossier, end_kind}`. Commits; says what became of it."""
    child = session.execute(
        select(dossier.c.code, dossier.c.parent, dossier.c.parent_token, dossier.c.end_kind).where(
            dossier.c.id == job.dossier_id
        )
    ).one()
    result = {"dossier": child.code, "end_kind": child.end_kind}
    outbox.settle(session, job.job_id, now)
    answer = gate.handle(session, child.parent, FinishJob(SYSTEM, child.parent_token, result), now=now)
    if isinstance(answer, Rejected):  # the gate has rolled back: the parent no longer waits
        outbox.settle(session, job.job_id, now, {"rejected": answer.code})
        session.commit()
    return "done"


def message(session: Session, job: Job, now: datetime) -> str | None:
    """Deliver a thrown message to every dossier that waits for it. Commits; None: nobody waits yet, try again."""
    name, correlation = str(job.payload["name"]), job.payload["correlation"]
    waits = session.execute(
        select(dossier.c.code)
        .join(message_wait, message_wait.c.dossier_id == dossier.c.id)
        .where(message_wait.c.name == name, message_wait.c.correlation.is_not_distinct_from(correlation))
        .order_by(dossier.c.id)
    ).scalars()
    codes = list(dict.fromkeys(waits))
    if not codes:
        return None
    body = session.scalar(
        select(answers.c.body).where(
            answers.c.dossier_id == job.dossier_id, answers.c.digest == job.payload["digest"]
        )
    )
    told = [
        code
        for code in codes
        if not isinstance(
            gate.handle(session, code, DeliverMessage(SYSTEM, name, correlation, body or {}), now=now),
            Rejected,
        )
    ]
    outbox.settle(session, job.job_id, now, {"told": told})
    session.commit()
    return "done"
