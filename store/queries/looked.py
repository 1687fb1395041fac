"""Who looked at one dossier: the look log as its applicant reads it, by day and agency, without any officer's name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.local import LOCAL

LISTS = (
    "dossiers",
    "home",
    "queue",
    "tasks",
    "share",
    "agency",
    "below",
    "results",
    "me",
    "tray",
    "posts",
    "register",
)
"""Last words of pages (casework.looks) where a dossier is a line among others."""
FILES = ("attachment", "document", "print", "receipt", "store", "scans", "digitise")
"""Words of pages that show a paper or a file of it."""


def by_day(
    session: Session, dossier_id: int, code: str, reader: str, *, limit: int = 200
) -> list[dict[str, Any]]:
    """The newest first: {day, who, agency, opened, files, listed, last}; counts of looks, the moment of the last.

    `who`: officer (`agency` is the name of theirs, one of the dossier's course where they serve in several), applicant (who files or acts for them), public
    (with code and secret), admin, partner. The reader's own looks are left out.
    """
    rows = session.execute(
        text("""
        with look as (
            select l.at, l.account, cast(l.at at time zone :zone as date) as day, coalesce(a.kind, 'public') as kind,
                   string_to_array(l.page, '/') as words
            from look_log l left join account a on a.username = l.account
            where l.dossiers @> array[:code] and l.account <> :reader
        )
        select day, o.name as agency, max(at) as last,
               case when kind in ('citizen', 'business') then 'applicant' else kind end as who,
               count(*) filter (where words && cast(:files as text[])) as files,
               count(*) filter (where words[cardinality(words)] = any(:lists)) as listed, count(*) as looks
        from look left join lateral (
            select ag.name from post p join agency ag on ag.code = p.agency
            where p.account = look.account and kind = 'officer' and p.held_from <= day and coalesce(p.held_to, day) >= day
            order by exists (select from dossier_sight s where s.dossier_id = :id and s.agency = p.agency) desc, p.id
            limit 1) o on true
        group by day, o.name, who order by day desc, last desc limit :limit
        """),
        {
            "zone": LOCAL.key,
            "code": code,
            "reader": reader,
            "id": dossier_id,
            "files": list(FILES),
            "lists": list(LISTS),
            "limit": limit,
        },
    ).mappings()
    return [
        {name: row[name] for name in ("day", "who", "agency", "files", "listed", "last")}
        | {"opened": row["looks"] - row["files"] - row["listed"]}
        for row in rows
    ]
