"""Who looked at one dossier: the look log as its applicant reads it, by day and agency, without any officer's name."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.local import LOCAL
from store.look_kinds import KINDS


def by_day(
    session: Session, dossier_id: int, code: str, reader: str, *, limit: int = 200
) -> list[dict[str, Any]]:
    """The newest first: {day, who, agency, opened, files, listed, last}; counts of looks, the moment of the last.

    `who`: officer (`agency` is the name of theirs, one of the dossier's course where they serve in several), applicant
    (who files or acts for them), public (with code and secret), checker (of an issued document, by its code), admin,
    partner. The reader's own looks are left out.
    """
    # Looks are counted by page first: whose they are and of what kind is asked once of each, not once of each look.
    rows = session.execute(
        text("""
        with seen as (
            select cast(at at time zone :zone as date) as day, account, page, count(*) as times, max(at) as last
            from look_log where dossiers @> array[:code] and account <> :reader group by 1, 2, 3
        ), look as (
            select s.*, coalesce(a.kind, 'public') as kind,
                   coalesce(kinds ->> s.page, kinds ->> regexp_replace(s.page, '[^/]*$', ''), 'open') as what
            from seen s cross join cast(:kinds as jsonb) kinds left join account a on a.username = s.account
        )
        select day, o.name as agency, max(last) as last,
               case when kind in ('citizen', 'business') then 'applicant'
                    when kind = 'public' and what = 'check' then 'checker' else kind end as who,
               cast(coalesce(sum(times) filter (where what = 'open'), 0) as int) as opened,
               cast(coalesce(sum(times) filter (where what in ('file', 'check')), 0) as int) as files,
               cast(coalesce(sum(times) filter (where what = 'list'), 0) as int) as listed
        from look left join lateral (
            select ag.name from post p join agency ag on ag.code = p.agency
            where p.account = look.account and kind = 'officer'
                  and p.held_from <= day and coalesce(p.held_to, day) >= day
            order by exists (select from dossier_sight s where s.dossier_id = :id and s.agency = p.agency) desc, p.id
            limit 1) o on true
        group by day, o.name, who order by day desc, last desc limit :limit
        """),
        {
            "zone": LOCAL.key,
            "code": code,
            "reader": reader,
            "id": dossier_id,
            "kinds": json.dumps(KINDS),
            "limit": limit,
        },
    ).mappings()
    return [dict(row) for row in rows]
