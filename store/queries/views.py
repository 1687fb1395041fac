"""Queues as their officers saved them: filters and columns under a name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.tables import saved_view

MOST = 20  # of one officer in one queue


def of(session: Session, account: str, queue: str) -> list[dict[str, Any]]:
    """{id, name, query}, by name."""
    rows = session.execute(
        select(saved_view.c.id, saved_view.c.name, saved_view.c.query)
        .where(saved_view.c.account == account, saved_view.c.queue == queue)
        .order_by(saved_view.c.name)
    ).mappings()
    return [dict(row) for row in rows]


def save(session: Session, account: str, queue: str, name: str, query: str) -> bool:
    """Keep a view; one of the same name is replaced. False: there are too many. Commits."""
    names = {row["name"] for row in of(session, account, queue)}
    if name not in names and len(names) >= MOST:
        return False
    row = {"account": account, "queue": queue, "name": name, "query": query}
    same = [saved_view.c.account, saved_view.c.queue, saved_view.c.name]
    session.execute(
        insert(saved_view).values(row).on_conflict_do_update(index_elements=same, set_={"query": query})
    )
    session.commit()
    return True


def forget(session: Session, account: str, number: int) -> None:
    """Commits."""
    session.execute(delete(saved_view).where(saved_view.c.id == number, saved_view.c.account == account))
    session.commit()
