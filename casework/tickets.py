"""Queue tickets before a one-stop counter: take, call, end; how long people waited and were served."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.local import local_day
from engine.rejection import Rejected
from store.queries import counter

MOST_WAITING = 300
"""Numbers that may wait at one counter."""
MOST_REMOTE = 150
"""Of them, those taken by phone, from anywhere: the machine at the entrance and the officers always have some left."""
MOST_OF_SOURCE = 20
"""Of them, those of one address: people who wait share the office's network, but nobody takes the day from home."""
TARGET_MINUTES = 15
"""How long people should wait at most."""

FULL = Rejected(
    "queue_full",
    "Đã có quá nhiều người chờ, chưa cấp thêm số. Hỏi cán bộ hướng dẫn.",
    "Too many people are waiting: no more numbers for now. Ask an officer.",
)
TAKE_AT_DOOR = Rejected(
    "queue_remote",
    "Số lấy qua điện thoại đã hết hoặc mạng này đã lấy nhiều số đang chờ. Lấy số ở máy tại cửa, hoặc hỏi cán bộ hướng dẫn.",
    "No more numbers by phone, or too many wait that were taken from this network. Take one from the machine at the entrance, or ask an officer.",
)
UNKNOWN_FIELD = Rejected(
    "unknown_key", "Quầy này không nhận lĩnh vực đó.", "Expected a field that this counter receives."
)


def take(
    session: Session, agency: str, *, field: str = "", source: str = "", now: datetime
) -> int | Rejected:
    """The next number of the day, for a field (lĩnh vực) or for anything; commits.

    `source`: whence a phone asks (`source_of`), "" for the machine at the entrance and officers. Two who press at once wait
    for each other and get two numbers.
    """
    if field and field not in fields(session, agency, now=now):
        return UNKNOWN_FIELD
    session.execute(text("select pg_advisory_xact_lock(hashtext(:key))"), {"key": f"ticket:{agency}"})
    there = {"agency": agency, "day": local_day(now), "source": source}
    last, waiting, remote, same = session.execute(
        text("""
        select coalesce(max(number), 0), count(*) filter (where called_at is null),
               count(*) filter (where called_at is null and source <> ''),
               count(*) filter (where called_at is null and source = :source)
        from ticket where agency = :agency and day = :day
        """),
        there,
    ).one()
    full = FULL if waiting >= MOST_WAITING else None
    if source and (remote >= MOST_REMOTE or same >= MOST_OF_SOURCE):
        full = full or TAKE_AT_DOOR
    if full:
        session.rollback()
        return full
    session.execute(
        text("""
        insert into ticket (agency, day, number, field, source, taken_at)
        values (:agency, :day, :number, :field, :source, :now)
        """),
        {**there, "number": last + 1, "field": field, "now": now},
    )
    session.commit()
    return int(last) + 1


def source_of(address: str, *, secret: str, now: datetime) -> str:
    """What a number remembers of the address it was taken from while it waits: nothing but whether it is the same today.

    Of IPv6 the network: a home has more addresses than a day has numbers.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    network = ip_network((found, 64), strict=False) if found.version == 6 else found
    said = f"{local_day(now)} {network}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()[:16]


def fields(session: Session, agency: str, *, now: datetime) -> list[str]:
    """What people may come for: fields of the procedures in force that the agency receives."""
    found = counter.procedures(session, [agency], today=local_day(now))
    return list(dict.fromkeys(sorted(row["field"] for row in found)))


def one(session: Session, agency: str, on: date, number: int) -> Mapping[str, Any] | None:
    """One number: {number, field, taken_at, called_at, ended_at, absent, officer, before}; `before` wait ahead of it."""
    row = session.execute(
        text("""
        select t.number, t.field, t.taken_at, t.called_at, t.ended_at, t.absent, a.name as officer,
               (select count(*) from ticket b where b.agency = t.agency and b.day = t.day and b.called_at is null
                and b.number < t.number) as before
        from ticket t left join account a on a.username = t.called_by
        where t.agency = :agency and t.day = :day and t.number = :number
        """),
        {"agency": agency, "day": on, "number": number},
    ).first()
    return dict(row._mapping) if row else None


def waiting(session: Session, agency: str, *, now: datetime) -> list[Mapping[str, Any]]:
    """Who waits, longest first: {number, field, taken_at, minutes}."""
    rows = session.execute(
        text("""
        select number, field, taken_at, floor(extract(epoch from :now - taken_at) / 60)::int as minutes from ticket
        where agency = :agency and day = :day and called_at is null order by number
        """),
        {"agency": agency, "day": local_day(now), "now": now},
    ).mappings()
    return [dict(row) for row in rows]


def call_next(
    session: Session, actor: Actor, agency: str, *, field: str | None = None, now: datetime
) -> int | None:
    """End whom the officer serves and call who waits longest (for `field`, if one is named); commits. None if nobody
    waits."""
    _end(session, actor, agency, absent=False, now=now)
    number: int | None = session.scalar(
        text("""
        update ticket set called_at = :now, called_by = :officer, source = ''
        where (agency, day, number) = (
            select agency, day, number from ticket
            where agency = :agency and day = :day and called_at is null
              and (cast(:field as text) is null or field = :field)
            order by number limit 1 for update skip locked)
        returning number
        """),
        {"agency": agency, "day": local_day(now), "now": now, "officer": actor.id, "field": field},
    )
    session.commit()
    return number


def end(session: Session, actor: Actor, agency: str, *, absent: bool, now: datetime) -> None:
    """Whom the officer serves is done, or did not come when called; commits."""
    _end(session, actor, agency, absent=absent, now=now)
    session.commit()


def serving(session: Session, agency: str, *, now: datetime) -> list[Mapping[str, Any]]:
    """Numbers called and not ended, the last called first: {number, field, called_at, called_by, officer}."""
    rows = session.execute(
        text("""
        select t.number, t.field, t.called_at, t.called_by, a.name as officer from ticket t
        left join account a on a.username = t.called_by
        where t.agency = :agency and t.day = :day and t.called_at is not null and t.ended_at is null
        order by t.called_at desc, t.number desc
        """),
        {"agency": agency, "day": local_day(now)},
    ).mappings()
    return [dict(row) for row in rows]


def of_officer(session: Session, actor: Actor, agency: str, *, now: datetime) -> dict[str, Any]:
    """Whom the officer serves: {mine{number, field, called_at} or None, minutes since the call, waiting before the counter}."""
    rows = session.execute(
        text("""
        select number, field, called_at from ticket
        where agency = :agency and day = :day and ended_at is null and (called_at is null or called_by = :officer)
        """),
        {"agency": agency, "day": local_day(now), "officer": actor.id},
    ).all()
    mine = next((dict(row._mapping) for row in rows if row.called_at), None)
    return {
        "mine": mine,
        "minutes": int((now - mine["called_at"]).total_seconds() // 60) if mine else 0,
        "waiting": sum(row.called_at is None for row in rows),
    }


def figures(session: Session, agency: str, on: date) -> Mapping[str, Any]:
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
        {"agency": agency, "day": on},
    ).one()
    return dict(row._mapping)


def times(session: Session, agency: str, first: date, last: date) -> dict[str, list[dict[str, Any]]]:
    """Waiting and service of a period: {days, officers, fields, whole (one row)}, each row {day, officer or field, taken,
    served, absent, waited, longest, late, service, slowest}; minutes, None without any.

    `late` waited longer than TARGET_MINUTES. Averages as in `figures`; officers in the order of their names.
    """
    rows = session.execute(
        text("""
        select t.day, a.name as officer, t.field, grouping(t.day) as g_day, grouping(a.name) as g_officer,
               grouping(t.field) as g_field, count(*) as taken,
               count(*) filter (where t.ended_at is not null and not t.absent) as served,
               count(*) filter (where t.absent) as absent,
               avg(m.waited) filter (where not t.absent) as waited, max(m.waited) as longest,
               count(*) filter (where m.waited > :target) as late,
               avg(m.service) filter (where not t.absent) as service,
               max(m.service) filter (where not t.absent) as slowest
        from ticket t left join account a on a.username = t.called_by
        cross join lateral (select extract(epoch from t.called_at - t.taken_at) / 60 as waited,
                                   extract(epoch from t.ended_at - t.called_at) / 60 as service) m
        where t.agency = :agency and t.day between :first and :last
        group by grouping sets ((t.day), (a.name), (t.field), ())
        order by t.day, a.name, t.field
        """),
        {"agency": agency, "first": first, "last": last, "target": TARGET_MINUTES},
    ).mappings()
    found: dict[str, list[dict[str, Any]]] = {"days": [], "officers": [], "fields": [], "whole": []}
    for row in rows:
        kind = "days" if not row["g_day"] else "officers" if not row["g_officer"] else "fields"
        kind = kind if not (row["g_day"] and row["g_officer"] and row["g_field"]) else "whole"
        if kind != "officers" or row["officer"]:  # numbers that nobody called are nobody's
            found[kind].append(dict(row))
    return found


def _end(session: Session, actor: Actor, agency: str, *, absent: bool, now: datetime) -> None:
    session.execute(
        text("""
        update ticket set ended_at = :now, absent = :absent
        where agency = :agency and day = :day and called_by = :officer and ended_at is null
        """),
        {"agency": agency, "day": local_day(now), "officer": actor.id, "absent": absent, "now": now},
    )
