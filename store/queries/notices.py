"""What the system has told an account: notices on pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

KEPT = 100  # the newest so many are counted and shown: one short scan of (account, id)


def unread(session: Session, account: str) -> int:
    """How many of the newest notices were not read yet."""
    return (
        session.scalar(
            text("""
        select count(*) filter (where read_at is null) from (
            select read_at from notification where account = :account and channel = 'page' order by id desc limit :kept
        ) newest
        """),
            {"account": account, "kept": KEPT},
        )
        or 0
    )


def newest(session: Session, account: str) -> list[dict[str, Any]]:
    """The newest notices, newest first: {id, at, topic, read_at, dossier, procedure_name}."""
    rows = session.execute(
        text("""
        select n.id, n.at, n.topic, n.read_at, n.place, d.code as dossier, d.procedure_code, p.name as procedure_name
        from notification n left join dossier d on d.id = n.dossier_id
        left join procedure p on p.code = d.procedure_code
        where n.account = :account and n.channel = 'page' order by n.id desc limit :kept
        """),
        {"account": account, "kept": KEPT},
    ).mappings()
    return [dict(row) for row in rows]
