"""The register of complaints and proposals: one with its course, lists for who handles them, what was published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.queries import cursor as keyset

STATES = ("received", "supplement", "assigned", "answered", "refused")


def one(session: Session, code: str, *, lock: bool = False) -> dict[str, Any] | None:
    """The petition with its steps, oldest first; `lock` until the transaction ends."""
    row = (
        session.execute(
            text(f"""
            select p.*, a.name as agency_name, b.name as about_name from petition p
            left join agency a on a.code = p.agency left join agency b on b.code = p.about
            where p.code = :code {"for update of p" if lock else ""}
            """),  # noqa: S608
            {"code": code},
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    steps = session.execute(
        text("""
        select s.at, s.what, s.note, s.by, coalesce(p.name, '') as by_name, coalesce(a.name, '') as agency_name
        from petition_step s left join account p on p.username = s.by left join agency a on a.code = s.agency
        where s.petition_id = :id order by s.no
        """),
        {"id": row["id"]},
    ).mappings()
    return dict(row) | {"steps": [dict(step) for step in steps]}


def page(
    session: Session,
    *,
    agencies: Sequence[str] | None,
    state: str = "",
    late: bool = False,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """The register, newest first: {items, next}. `agencies` None: all of it; else what is assigned to these."""
    after = keyset.decode(cursor, int)
    rows = session.execute(
        text("""
        select p.id, p.code, p.kind, p.title, p.state, p.received_at, p.refuse_due_at, p.answer_due_at, p.publish_due_at,
               p.answered_at, p.published, p.liked, p.escalated_at, a.name as agency_name
        from petition p left join agency a on a.code = p.agency
        where (cast(:agencies as text[]) is null or p.agency = any(:agencies))
          and (:state = '' or p.state = :state)
          and (not :late or (p.state in ('received', 'assigned') and p.answer_due_at < :now))
          and (cast(:after as bigint) is null or p.id < :after)
        order by p.id desc limit :limit
        """),
        {
            "agencies": None if agencies is None else list(agencies),
            "state": state,
            "late": late,
            "now": now,
            "after": after[0] if after else None,
            "limit": limit + 1,
        },
    ).mappings()
    found = [dict(row) for row in rows]
    more = keyset.encode(found[limit - 1]["id"]) if len(found) > limit else None
    return {"items": found[:limit], "next": more}


def figures(session: Session, *, agencies: Sequence[str] | None, now: datetime) -> dict[str, int]:
    """{open, late, answered, in_time, disliked} of the register, or of these agencies' part."""
    row = session.execute(
        text("""
        select count(*) filter (where state in ('received', 'supplement', 'assigned')) as open,
               count(*) filter (where state in ('received', 'assigned') and answer_due_at < :now) as late,
               count(*) filter (where state = 'answered') as answered,
               count(*) filter (where state = 'answered' and answered_at <= answer_due_at) as in_time,
               count(*) filter (where liked = false) as disliked
        from petition where cast(:agencies as text[]) is null or agency = any(:agencies)
        """),
        {"agencies": None if agencies is None else list(agencies), "now": now},
    ).mappings()
    return dict(row.one())


def of_account(session: Session, account: str, limit: int = 50) -> list[dict[str, Any]]:
    """What an account has sent, newest first."""
    rows = session.execute(
        text("""
        select code, title, state, received_at, answer_due_at, answered_at from petition
        where account = :account order by id desc limit :limit
        """),
        {"account": account, "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]


def published(session: Session, limit: int = 20) -> list[dict[str, Any]]:
    """Questions and answers that everybody may read, newest first; no sender."""
    rows = session.execute(
        text("""
        select p.title, p.body, p.answer, p.answered_at, a.name as agency_name
        from petition p left join agency a on a.code = p.agency
        where p.published order by p.published_at desc limit :limit
        """),
        {"limit": limit},
    ).mappings()
    return [dict(row) for row in rows]
