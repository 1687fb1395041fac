"""What the one-stop counter looks up: procedures it receives, people it has met, dossiers to receive and to hand over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.folding import tsquery


def procedures(
    session: Session, agencies: Collection[str], *, today: date, q: str = ""
) -> list[dict[str, Any]]:
    """Procedures in force that one of the agencies receives, by name: {code, name, field, time_limit, agencies[]}."""
    words = tsquery(q)
    matching = "and to_tsvector('simple', p.search_key) @@ to_tsquery('simple', :words)" if words else ""
    rows = session.execute(
        text(f"""
        select p.code, p.name, p.field, v.manifest -> 'time_limit' as time_limit,
               array(select a.code from agency a where a.code = any(v.receiving) and a.code = any(:agencies)) as agencies
        from procedure p
        join lateral (
            select v.manifest, v.receiving from procedure_version v
            where v.procedure_code = p.code and v.state = 'published' and v.effective_from <= :today
            order by v.effective_from desc, v.version desc limit 1
        ) v on v.receiving && :agencies
        where true {matching} order by p.sort_key, p.code
        """),  # noqa: S608 (the condition is a constant of this function)
        {"agencies": sorted(agencies), "today": today, "words": words},
    ).mappings()
    return [dict(row) for row in rows]


def met(session: Session, agencies: Collection[str], id_number: str) -> dict[str, Any] | None:
    """Who filed here lately under this identifier: {applicant{…}, code} of the newest dossier the agencies received."""
    row = session.execute(
        text("""
        select d.code, a.body -> 'applicant' as applicant
        from answers a join dossier d on d.id = a.dossier_id
        where a.form = '$persons' and a.body -> 'applicant' ->> 'id_number' = :id_number
          and d.agency = any(:agencies)
        order by a.dossier_id desc limit 1
        """),
        {"id_number": id_number, "agencies": sorted(agencies)},
    ).first()
    return {"code": row.code, "applicant": row.applicant} if row else None


def account(session: Session, id_number: str) -> dict[str, Any] | None:
    """The account registered under this identifier, None if there is none or more than one."""
    rows = (
        session.execute(
            text("""
        select username, kind, name, id_number, phone, email, address from account
        where id_number = :id_number and kind in ('citizen', 'business') and active limit 2
        """),
            {"id_number": id_number},
        )
        .mappings()
        .all()
    )
    return dict(rows[0]) if len(rows) == 1 else None
