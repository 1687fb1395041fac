"""Every look at personal data leaves one row: who, which page, which dossiers (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.actor import Actor
from store.tables import look_log


def record(session: Session, actor: Actor, page: str, dossiers: Sequence[str], *, now: datetime) -> None:
    """One row for one page view; nothing for a page that showed no dossier. Commits."""
    if not dossiers:
        return
    session.execute(insert(look_log).values(at=now, account=actor.id, page=page, dossiers=list(dossiers)))
    session.commit()
