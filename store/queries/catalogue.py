"""Procedures as the public sees them: the version in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.folding import tsquery
from store.queries import cursor as keyset

_IN_FORCE = """
    join lateral (
        select v.version, v.manifest, v.receiving, v.decision_number, v.effective_from, v.published_at, v.digest
        from procedure_version v
        where v.procedure_code = p.code and v.state = 'published' and v.effective_from <= :today
        order by v.effective_from desc, v.version desc limit 1
    ) v on true
"""


def search(
    session: Session,
    *,
    today: date,
    q: str = "",
    level: str = "",
    field: str = "",
    agency: str = "",
    audience: str = "",
    life_event: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, object]:
    """Procedures in force: {items: [{code, name, version, level, field, online_level, summary}], next}.

    `agency`: one that receives it. `audience` and `life_event` as the manifest names them.
    """
    words = tsquery(q)
    after = keyset.decode(cursor, str, str)
    conditions = ["true"]
    if words:
        conditions.append("to_tsvector('simple', p.search_key) @@ to_tsquery('simple', :words)")
    if level:
        conditions.append("p.level = :level")
    if field:
        conditions.append("p.field = :field")
    if agency:
        conditions.append(":agency = any(v.receiving)")
    if audience:
        conditions.append("v.manifest -> 'audience' @> to_jsonb(cast(:audience as text))")
    if life_event:
        conditions.append("v.manifest -> 'life_events' @> to_jsonb(cast(:life_event as text))")
    if after:
        conditions.append("(p.sort_key, p.code) > (:after_key, :after_code)")
    rows = (
        session.execute(
            text(f"""
        select p.code, p.name, p.name_en, p.level, p.field, p.sort_key, v.version, v.manifest
        from procedure p {_IN_FORCE} where {" and ".join(conditions)} order by p.sort_key, p.code limit :limit
        """),  # noqa: S608 (the conditions are constants of this module)
            {
                "today": today,
                "words": words,
                "level": level,
                "field": field,
                "agency": agency,
                "audience": audience,
                "life_event": life_event,
                "limit": limit + 1,
                "after_key": after[0] if after else "",
                "after_code": after[1] if after else "",
            },
        )
        .mappings()
        .all()
    )
    shown = rows[:limit]
    return {
        "items": [
            {
                "code": row["code"],
                "name": row["name"],
                "name_en": row["name_en"],
                "version": row["version"],
                "level": row["level"],
                "field": row["field"],
                "online_level": row["manifest"].get("online_level", 4),
                "summary": row["manifest"].get("summary", ""),
                "time_limit": row["manifest"].get("time_limit"),
            }
            for row in shown
        ],
        "next": keyset.encode(shown[-1]["sort_key"], shown[-1]["code"]) if len(rows) > limit else None,
    }


def fields(session: Session) -> list[str]:
    """The fields (lĩnh vực) that have a procedure."""
    return list(session.scalars(text("select distinct field from procedure order by field")))


def receivers(session: Session, *, today: date) -> list[dict[str, str]]:
    """The agencies that receive some procedure in force: {code, name}, in the order of the alphabet."""
    rows = session.execute(
        text(f"""
        select a.code, a.name from agency a
        where a.active and a.code in (select unnest(v.receiving) from procedure p {_IN_FORCE})
        order by a.sort_key
        """),  # noqa: S608
        {"today": today},
    ).mappings()
    return [dict(row) for row in rows]


def life_events(session: Session, *, today: date) -> set[str]:
    """Codes of the life events that some procedure in force belongs to."""
    return set(
        session.scalars(
            text(f"""
            select distinct e from procedure p {_IN_FORCE},
                   jsonb_array_elements_text(coalesce(v.manifest -> 'life_events', '[]')) e
            """),  # noqa: S608
            {"today": today},
        )
    )


def suggestions(session: Session, *, today: date) -> list[dict[str, object]]:
    """Procedures in force that say for which answers they are suggested: {code, name, name_en, suggested}."""
    rows = session.execute(
        text(f"""
        select p.code, p.name, p.name_en, p.field, p.level, v.manifest -> 'suggested' as suggested,
               v.manifest -> 'time_limit' as time_limit, v.manifest ->> 'summary' as summary
        from procedure p {_IN_FORCE}
        where jsonb_array_length(coalesce(v.manifest -> 'suggested', '[]')) > 0 order by p.sort_key
        """),  # noqa: S608
        {"today": today},
    ).mappings()
    return [dict(row) for row in rows]


def duration(session: Session, code: str, agency: str = "") -> dict[str, object] | None:
    """How long it really takes (`casework.durations`): {finished, median_minutes, p90_minutes, computed_at}."""
    row = (
        session.execute(
            text("""
            select finished, median_minutes, p90_minutes, computed_at from procedure_duration
            where procedure_code = :code and agency = :agency
            """),
            {"code": code, "agency": agency},
        )
        .mappings()
        .first()
    )
    return dict(row) if row else None


def procedure(session: Session, code: str, *, today: date) -> dict[str, Any] | None:
    """One procedure in force with its manifest and receiving agencies by name; None if none is in force."""
    row = (
        session.execute(
            text(f"""
        select p.code, p.name, p.name_en, p.level, p.field, v.version, v.manifest, v.decision_number,
               v.effective_from, v.digest,
               array(select jsonb_build_object('code', a.code, 'name', a.name) from agency a
                     where a.code = any(v.receiving) and a.active order by a.sort_key) as receiving
        from procedure p {_IN_FORCE} where p.code = :code
        """),  # noqa: S608
            {"code": code, "today": today},
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    manifest = {key: value for key, value in row["manifest"].items() if key != "receiving"}
    return {**manifest, **{key: row[key] for key in row if key != "manifest"}}


def versions(session: Session) -> list[dict[str, object]]:
    """Every version of every procedure, newest first, with how many dossiers run on it (admin)."""
    rows = session.execute(
        text("""
        select p.code, p.name, v.version, v.state, v.digest, v.decision_number, v.effective_from, v.published_by,
               v.published_at, v.english_at, e.name as english_by, coalesce(r.running, 0) as running
        from procedure_version v left join account e on e.username = v.english_by join procedure p on p.code = v.procedure_code
        left join (
            select procedure_code, procedure_version, count(*) as running from dossier where not closed group by 1, 2
        ) r on r.procedure_code = v.procedure_code and r.procedure_version = v.version
        order by p.sort_key, v.version desc
        """)
    ).mappings()
    return [dict(row) for row in rows]


def refusals(session: Session, limit: int = 20) -> list[dict[str, object]]:
    """Bundles lately refused at the gate, with their findings."""
    rows = session.execute(
        text(
            'select id, at, "by", procedure_code, findings from publication_refusal order by id desc limit :limit'
        ),
        {"limit": limit},
    ).mappings()
    return [dict(row) for row in rows]
