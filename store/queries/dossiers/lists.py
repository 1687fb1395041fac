"""Lists of dossiers that the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    Text,
    all_,
    and_,
    any_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from engine.actor import Actor
from store import visible
from store.folding import code_tsquery, patterns, tsquery
from store.queries import cursor as keyset
from store.queries.dossiers import log
from store.queries.words import common, few
from store.tables import dossier, dossier_sight, procedure, task

STATUS_CODES = {
    "submitted": 1,
    "received": 2,
    "not_received": 3,
    "processing": 4,
    "supplement": 5,
    "financial": 6,
    "withdrawn": 7,
    "stopped": 8,
    "resolved": 9,
    "returned": 10,
}


def page(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    status: str = "",
    agency: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Dossiers the actor may see, newest first: {items, next}. `q`: words of name or code, without accents."""
    after = keyset.decode(cursor, int)
    query = (
        _seen(session, actor, q, limit)
        .add_columns(dossier, procedure.c.name.label("procedure_name"))
        .join(procedure, procedure.c.code == dossier.c.procedure_code)
        .order_by(dossier.c.id.desc())
        .limit(limit + 1)
    )
    if status:
        query = query.where(dossier.c.status == status)
    if agency:
        query = query.where(dossier.c.agency == agency)
    if after:
        query = query.where(dossier.c.id < after[0])
    rows = session.execute(query).mappings().all()
    shown = rows[:limit]
    return {
        "items": [
            line if visible.names(actor, "course", line["agency"]) else line | {"applicant_name": ""}
            for line in map(line, shown)
        ],
        "next": keyset.encode(shown[-1]["id"]) if len(rows) > limit else None,
    }


def waiting_for_applicant(session: Session, codes: Sequence[str]) -> frozenset[str]:
    """Those of these dossiers that wait for something of their applicant."""
    found = session.scalars(
        select(dossier.c.code)
        .join(task, task.c.dossier_id == dossier.c.id)
        .where(dossier.c.code.in_(list(codes)), task.c.role == "applicant", task.c.state < 2)
    )
    return frozenset(found)


def incidents(session: Session, limit: int = 100) -> list[dict[str, Any]]:
    """Dossiers that stand still for an incident (admin)."""
    rows = session.execute(
        select(dossier, procedure.c.name.label("procedure_name"))
        .join(procedure, procedure.c.code == dossier.c.procedure_code)
        .where(dossier.c.incident.is_not(None))
        .order_by(dossier.c.id.desc())
        .limit(limit)
    ).mappings()
    return [
        line(row) | {"incident": log.incident(session, row["id"], row["incident"]), "applicant_name": ""}
        for row in rows
    ]


def line(row: RowMapping) -> dict[str, Any]:
    """What a list says of a dossier."""
    return {
        "code": row["code"],
        "procedure": {
            "code": row["procedure_code"],
            "name": row["procedure_name"],
            "version": row["procedure_version"],
        },
        "agency": row["agency"],
        "status": row["status"],
        "status_code": STATUS_CODES.get(str(row["status"])),
        "sub_status": row["sub_status"],
        "submitted_at": row["submitted_at"],
        "received_at": row["received_at"],
        "due_at": row["due_at"],
        "paused_since": row["paused_since"],
        "ended_at": row["ended_at"],
        "applicant_name": row["applicant_name"],
    }


FEW = 2000  # found dossiers that are sorted; more are met on the way


def _seen(session: Session, actor: Actor, q: str, limit: int) -> Select[Any]:
    """A select (of nothing yet) from the dossiers that the actor may see and that hold the words.

    One agency is the common case and the large one: read from its own part of dossier_sight, newest first. Words that
    are not common among the newest are looked up before, or they would be read one by one in vain, all six hundred
    thousand.
    """
    words = tsquery(q)
    # Literally, as it stands in the index: a plan made for any language would not find it there.
    key = func.to_tsvector(literal_column("'simple'"), dossier_sight.c.search_key)
    holds: ColumnElement[bool] = key.op("@@")(func.to_tsquery("simple", words)) if words else true()
    agencies = sorted(actor.agencies())
    if len(agencies) == 1 and actor.kind != "admin":
        join = dossier_sight.join(dossier, dossier.c.id == dossier_sight.c.dossier_id)
        there = dossier_sight.c.agency == agencies[0]
        if words:
            ids = None if common(session, agencies[0], q, limit) else few(session, agencies, q, FEW)
            between_spaces = literal(" ") + dossier_sight.c.search_key + literal(" ")
            matches = between_spaces.op("like")(all_(literal(patterns(q), ARRAY(Text))))
            holds = (
                case((matches, true()), else_=false())  # behind a case, or the planner takes them for rare
                if ids is None
                else dossier_sight.c.dossier_id == any_(literal(ids, ARRAY(BigInteger)))
            )
        return select().select_from(join).where(there, holds)
    query = select().select_from(dossier).where(visible.dossiers(actor))
    if not words:
        return query
    if actor.kind == "admin":  # who sees no names finds nobody by name
        code = q.strip().upper()
        numbers = code_tsquery(code)
        dated = select(dossier_sight.c.dossier_id).where(key.op("@@")(func.to_tsquery("simple", numbers)))
        named = and_(dossier.c.id.in_(dated), dossier.c.code.contains(code, autoescape=True))
        return query.where(or_(dossier.c.code == code, named) if numbers else dossier.c.code == code)
    matching = select(dossier_sight.c.dossier_id).where(holds)
    if agencies:
        matching = matching.where(dossier_sight.c.agency.in_(agencies))
    return query.where(dossier.c.id.in_(matching))
