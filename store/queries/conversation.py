"""The conversation on a dossier, for those who see it in full, and what of it somebody has not read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


def of_dossier(session: Session, dossier_id: int, reader: str) -> list[dict[str, Any]]:
    """Oldest first: {no, at, agency, agency_name, author, author_name, text (None: erased), files, unread}."""
    rows = session.execute(
        text("""
        select c.no, c.at, c.agency, g.name as agency_name, coalesce(p.username, '') as author, p.name as author_name,
               b.body ->> 'text' as text, c.author <> :reader and c.no > coalesce(r.no, 0) as unread,
               coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'size', t.size) order by t.name)
                         from attachment t where t.id::text = any(c.attachments)), '[]') as files
        from conversation c join dossier d on d.id = c.dossier_id
        left join agency g on g.code = c.agency
        left join account p on p.username = c.author and (c.agency <> '' or d.salt is not null)
        left join answers b on b.dossier_id = c.dossier_id and b.digest = c.digest
        left join conversation_read r on r.dossier_id = c.dossier_id and r.account = :reader
        where c.dossier_id = :id order by c.no
        """),
        {"id": dossier_id, "reader": reader},
    ).mappings()
    return [dict(row) for row in rows]


def unread(session: Session, codes: Sequence[str], reader: str) -> dict[str, int]:
    """By dossier code, how many contributions of others the reader has not seen; what is all read is not in it."""
    rows = session.execute(
        text("""
        select d.code, count(*) as n from dossier d join conversation c on c.dossier_id = d.id
        left join conversation_read r on r.dossier_id = d.id and r.account = :reader
        where d.code = any(:codes) and c.author <> :reader and c.no > coalesce(r.no, 0) group by d.code
        """),
        {"codes": list(codes), "reader": reader},
    )
    return {row.code: row.n for row in rows}
