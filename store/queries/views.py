"""Queues as their officers saved them: filters and columns under a name, for oneself or for all who work there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.tables import account, saved_view

MOST = 20  # of one officer in one queue


def of(session: Session, who: str, queue: str) -> list[dict[str, Any]]:
    """Own views and those that colleagues share, by name: {id, name, query, shared, mine, by_name}."""
    rows = session.execute(
        select(
            saved_view.c.id,
            saved_view.c.name,
            saved_view.c.query,
            saved_view.c.shared,
            (saved_view.c.account == who).label("mine"),
            account.c.name.label("by_name"),
        )
        .join(account, account.c.username == saved_view.c.account)
        .where(saved_view.c.queue == queue, or_(saved_view.c.account == who, saved_view.c.shared))
        .order_by(saved_view.c.name, saved_view.c.id)
    ).mappings()
    return [dict(row) for row in rows]


def save(session: Session, who: str, queue: str, name: str, query: str) -> bool:
    """Keep a view; one's own of the same name is replaced. False: there are too many. Commits."""
    names = {row["name"] for row in of(session, who, queue) if row["mine"]}
    if name not in names and len(names) >= MOST:
        return False
    row = {"account": who, "queue": queue, "name": name, "query": query}
    same = [saved_view.c.account, saved_view.c.queue, saved_view.c.name]
    session.execute(
        insert(saved_view).values(row).on_conflict_do_update(index_elements=same, set_={"query": query})
    )
    session.commit()
    return True


def change(session: Session, who: str, number: int, name: str, shared: bool) -> bool:
    """Another name, shared with the queue or not. False: another view of one's own has the name. Commits."""
    mine = saved_view.c.id == number, saved_view.c.account == who
    try:
        session.execute(update(saved_view).where(*mine).values(name=name, shared=shared))
    except IntegrityError:
        session.rollback()
        return False
    session.commit()
    return True


def forget(session: Session, who: str, number: int) -> None:
    """Commits."""
    session.execute(delete(saved_view).where(saved_view.c.id == number, saved_view.c.account == who))
    session.commit()
