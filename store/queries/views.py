"""Queues as their officers saved them: filters and columns under a name, for oneself or for all who work there."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from urllib.parse import parse_qs

from sqlalchemy import and_, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.queries import people
from store.tables import account, saved_view

MOST = 20  # of one officer in one queue


HELD = text(f"""
    exists (select from {people.HELD} p where p.account = saved_view.account and p.agency || ':' || p.role = saved_view.queue)
""")


def of(session: Session, who: str, queue: str, today: date) -> list[dict[str, Any]]:
    """Own views and those that colleagues who work there today share, by name: {id, name, query, shared, mine, by_name}."""
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
        .where(saved_view.c.queue == queue)
        .where(or_(saved_view.c.account == who, and_(saved_view.c.shared, account.c.active, HELD)))
        .order_by(saved_view.c.name, saved_view.c.id),
        {"today": today},
    ).mappings()
    return [dict(row) for row in rows if row["mine"] or not searches(row["query"])]


def searches(query: str) -> bool:
    """Does the view look for words? They may be a person's name, which stays with its maker."""
    return "q" in parse_qs(query)


def save(session: Session, who: str, queue: str, name: str, query: str) -> bool:
    """Keep a view; one's own of the same name is replaced, no longer shared if it looks for words. False: there are too many. Commits."""
    own = select(saved_view.c.name).where(saved_view.c.account == who, saved_view.c.queue == queue)
    names = set(session.scalars(own))
    if name not in names and len(names) >= MOST:
        return False
    row = {"account": who, "queue": queue, "name": name, "query": query}
    same = [saved_view.c.account, saved_view.c.queue, saved_view.c.name]
    changed = {"query": query} | ({"shared": False} if searches(query) else {})
    session.execute(insert(saved_view).values(row).on_conflict_do_update(index_elements=same, set_=changed))
    session.commit()
    return True


def change(
    session: Session, who: str, number: int, name: str, shared: bool
) -> Literal["saved", "name_taken", "searches"]:
    """Another name, shared with the queue or not; one that looks for words is not shared. Commits."""
    mine = saved_view.c.id == number, saved_view.c.account == who
    if shared and searches(session.scalar(select(saved_view.c.query).where(*mine)) or ""):
        return "searches"
    try:
        session.execute(update(saved_view).where(*mine).values(name=name, shared=shared))
    except IntegrityError:
        session.rollback()
        return "name_taken"
    session.commit()
    return "saved"


def forget(session: Session, who: str, number: int) -> None:
    """Commits."""
    session.execute(delete(saved_view).where(saved_view.c.id == number, saved_view.c.account == who))
    session.commit()
