"""Every look at personal data leaves one row: who, which page (store/look_kinds.py), which dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.actor import Actor
from store.tables import look_log


def record(
    session: Session, actor: Actor | None, page: str, dossiers: Sequence[str], *, now: datetime
) -> None:
    """One row for one page view; nothing for a page that showed no dossier. `actor` None: the public. Commits."""
    if not dossiers:
        return
    account = actor.id if actor else ""
    session.execute(insert(look_log).values(at=now, account=account, page=page, dossiers=list(dossiers)))
    session.commit()
