"""The periodic sealed root over the heads of all logs that moved: the proof that no log was cut short."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from store import chain
from store.tables import dossier_snapshot, sealed_head, sealed_root

EVERY = timedelta(minutes=10)
ONE_AT_A_TIME = 7011967  # advisory lock


def seal_if_due(session: Session, now: datetime) -> bool:
    """Seal when the last root is ten minutes old and a head has moved since; commits. True if a root was made."""
    if not session.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
        session.rollback()  # another clock is sealing: the roots are a chain, too
        return False
    last = session.execute(
        select(sealed_root.c.at, sealed_root.c.root).order_by(sealed_root.c.id.desc()).limit(1)
    ).first()
    if last and last.at > now - EVERY:
        session.rollback()
        return False
    moved = session.execute(
        update(dossier_snapshot)
        .where(~dossier_snapshot.c.sealed)
        .values(sealed=True)
        .returning(dossier_snapshot.c.dossier_id, dossier_snapshot.c.seq, dossier_snapshot.c.head)
    ).all()
    if not moved:
        session.rollback()
        return False
    heads = [(row.dossier_id, row.seq, bytes(row.head)) for row in moved]
    root = chain.seal(bytes(last.root) if last else b"", heads)
    new = insert(sealed_root).values(at=now, heads=len(heads), root=root).returning(sealed_root.c.id)
    root_id = session.scalar(new)
    rows = [{"root_id": root_id, "dossier_id": id, "seq": seq} for id, seq, _ in heads]
    session.execute(insert(sealed_head), rows)
    session.commit()
    return True
