"""The log of what went outside; addresses in it are masked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.queries import cursor as keyset
from store.tables import account

STATES = ("waiting", "sent", "delivered", "failed", "skipped", "dead")


def page(session: Session, *, state: str = "", cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Newest first: {items, next}."""
    after = keyset.decode(cursor, int)
    rows = session.execute(
        text("""
        select l.id, l.at, l.changed_at, l.topic, l.channel, l.address, l.state, l.attempts, l.code, l.recipient,
               d.code as dossier
        from delivery l left join dossier d on d.id = l.dossier_id
        where (:state = '' or l.state = :state) and (cast(:after as bigint) is null or l.id < :after)
        order by l.id desc limit :limit
        """),
        {
            "state": state if state in STATES else "",
            "after": after[0] if after else None,
            "limit": limit + 1,
        },
    ).mappings()
    found = [dict(row) for row in rows]
    more = keyset.encode(found[limit - 1]["id"]) if len(found) > limit else None
    return {"items": found[:limit], "next": more}


def counts(session: Session) -> dict[str, int]:
    """How many of the newest thousand are in each state."""
    rows = session.execute(
        text(
            "select state, count(*) as n from (select state from delivery order by id desc limit 1000) newest group by state"
        )
    )
    return {row.state: row.n for row in rows}


def contact(session: Session, username: str) -> dict[str, str]:
    """The account's own telephone and e-mail."""
    row = session.execute(
        select(account.c.phone, account.c.email).where(account.c.username == username)
    ).one()
    return {"phone": row.phone, "email": row.email}
