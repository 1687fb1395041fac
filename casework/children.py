"""What is ordered of a dossier reaches the dossiers it opened: they are withdrawn, stopped and resumed with it.

Two jobs: `children` finds the open ones, `child.follow` gives each its command, which passes the order on to its own. A
child that has ended, or has a result to return, stays as it is; what it says later finds nobody waiting.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.actor import SYSTEM
from engine.commands import Command, ResumeDossier, StopDossier, WithdrawDossier
from store import outbox
from store.outbox import Job
from store.tables import answers, dossier


def spread(session: Session, job: Job, now: datetime) -> None:
    """One row for each open child, or only for the one that the call activity `token` opened. The caller commits."""
    children = select(dossier.c.id).where(dossier.c.parent == job.payload["dossier"], ~dossier.c.closed)
    if token := job.payload.get("token"):
        children = children.where(dossier.c.parent_token == token)
    for child in session.scalars(children.order_by(dossier.c.id)).all():
        outbox.put(session, "child.follow", {**job.payload, "of": job.dossier_id}, now=now, dossier_id=child)


def order(session: Session, job: Job) -> Command | None:
    """What this child is to do, as its parent stands now; None if the parent has ended by itself.

    Stop and resume may be carried out in any order, or at once: each looks at the parent after the other has committed.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"child {job.dossier_id}", 0))))
    parent = session.execute(
        select(dossier.c.code, dossier.c.status, dossier.c.closed).where(dossier.c.id == job.payload["of"])
    ).one()
    said = session.scalar(
        select(answers.c.body).where(
            answers.c.dossier_id == job.payload["of"], answers.c.digest == job.payload["reason"]
        )
    )
    why = f": {said}" if isinstance(said, str) else ""
    if job.payload.get("token"):
        return WithdrawDossier(SYSTEM, f"Hồ sơ {parent.code} không còn chờ kết quả hồ sơ này{why}")
    if parent.closed:
        return None
    if parent.status == "stopped":
        return StopDossier(SYSTEM, f"Hồ sơ {parent.code} tạm dừng{why}")
    return ResumeDossier(SYSTEM, f"Hồ sơ {parent.code} được tiếp tục{why}")
