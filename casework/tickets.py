"""Queue tickets before a one-stop counter: take, call, end; how long people waited and were served."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.actor import Actor

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def take(session: Session, agency: str, *, now: datetime) -> int:
    """The next number of the day; commits. Two who press at once wait for each other and get two numbers."""
    session.execute(text("select pg_advisory_xact_lock(hashtext(:key))"), {"key": f"ticket:{agency}"})
    number = session.scalar(
        text("""
        insert into ticket (agency, day, number, taken_at)
        select :agency, :day, coalesce(max(number), 0) + 1, :now from ticket where agency = :agency and day = :day
        returning number
        """),
        {"agency": agency, "day": _day(now), "now": now},
    )
    session.commit()
    assert number is not None
    return int(number)


def call_next(session: Session, actor: Actor, agency: str, *, now: datetime) -> int | None:
    """End whom the officer serves and call who waits longest; commits. None if nobody waits."""
    _end(session, actor, agency, absent=False, now=now)
    number: int | None = session.scalar(
        text("""
        update ticket set called_at = :now, called_by = :officer
        where (agency, day, number) = (
            select agency, day, number from ticket
            where agency = :agency and day = :day and called_at is null
            order by number limit 1 for update skip locked)
        returning number
        """),
        {"agency": agency, "day": _day(now), "now": now, "officer": actor.id},
    )
    session.commit()
    return number


def end(session: Session, actor: Actor, agency: str, *, absent: bool, now: datetime) -> None:
    """Whom the officer serves is done, or did not come when called; commits."""
    _end(session, actor, agency, absent=absent, now=now)
    session.commit()


def serving(session: Session, agency: str, *, now: datetime) -> list[Mapping[str, Any]]:
    """Numbers called and not ended, the last called first: {number, called_at, called_by, officer}."""
    rows = session.execute(
        text("""
        select t.number, t.called_at, t.called_by, a.name as officer from ticket t
        left join account a on a.username = t.called_by
        where t.agency = :agency and t.day = :day and t.called_at is not null and t.ended_at is null
        order by t.called_at desc, t.number desc
        """),
        {"agency": agency, "day": _day(now)},
    ).mappings()
    return [dict(row) for row in rows]


def figures(session: Session, agency: str, day: date) -> Mapping[str, Any]:
    """One day of a counter: {taken, waiting, served, absent, waited, service}; minutes on average, None without any.

    Who did not come when called counts in neither average.
    """
    row = session.execute(
        text("""
        select count(*) as taken, count(*) filter (where called_at is null) as waiting,
               count(*) filter (where ended_at is not null and not absent) as served,
               count(*) filter (where absent) as absent,
               round(avg(extract(epoch from called_at - taken_at) / 60) filter (where not absent), 1) as waited,
               round(avg(extract(epoch from ended_at - called_at) / 60) filter (where not absent), 1) as service
        from ticket where agency = :agency and day = :day
        """),
        {"agency": agency, "day": day},
    ).one()
    return dict(row._mapping)


def _end(session: Session, actor: Actor, agency: str, *, absent: bool, now: datetime) -> None:
    session.execute(
        text("""
        update ticket set ended_at = :now, absent = :absent
        where agency = :agency and day = :day and called_by = :officer and ended_at is null
        """),
        {"agency": agency, "day": _day(now), "officer": actor.id, "absent": absent, "now": now},
    )


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
