"""Satisfaction by agency, never by dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


def of_agencies(session: Session, codes: Sequence[str], since: date, fewest: int) -> list[dict[str, Any]]:
    """By agency: {code, name, total, levels, satisfied (percent)}; levels only from `fewest` ratings on."""
    rows = session.execute(
        text("""
        select r.agency as code, a.name, count(*) as total, jsonb_object_agg(r.level, r.n) as levels, sum(r.n) as n
        from (select agency, level, count(*) as n from rating where month >= :since and agency = any(:codes)
              group by agency, level) r join agency a on a.code = r.agency
        group by r.agency, a.name, a.sort_key order by a.sort_key
        """),
        {"codes": list(codes), "since": since},
    ).mappings()
    found = []
    for row in rows:
        total = int(row["n"])
        levels = dict(row["levels"])
        good = levels.get("RHL", 0) + levels.get("HL", 0)
        shown = total >= fewest
        found.append(
            {
                "code": row["code"],
                "name": row["name"],
                "total": total,
                "levels": levels if shown else None,
                "satisfied": round(100 * good / total, 2) if shown else None,
            }
        )
    return found


def comments(session: Session, code: str, since: date, fewest: int, limit: int = 50) -> list[dict[str, Any]]:
    """Words that came with the ratings of one agency, in no order that tells when; none below `fewest`."""
    rows = session.execute(
        text("""
        select level, comment from rating where agency = :code and month >= :since and comment <> ''
          and (select count(*) from rating where agency = :code and month >= :since) >= :fewest
        order by md5(id::text) limit :limit
        """),
        {"code": code, "since": since, "fewest": fewest, "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]
