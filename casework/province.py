"""Agencies, people, calendars and law as files say them (casework/demo_data.py), brought into the database.

What is new is added, what differs is changed. Nothing is deleted but a calendar's days and the posts of officers whom the
files name; what they do not name stays and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from casework.demo_data import DemoAgency, DemoPerson, DemoProvince
from engine.local import local_day
from store import tables
from store.folding import sort_key

Row = dict[str, Any]
SECRET = frozenset({"secret"})  # columns whose values are not told
LEFT_IF_EMPTY = frozenset(
    {"email", "phone", "id_number", "address"}
)  # of accounts: their holders write these too
MANY = frozenset(
    {"account", "calendar_day"}
)  # only what the files name is read; what is only here is not told


@dataclass(frozen=True)
class Section:
    """Rows that one table is to have. `key` finds a row again; `more` is only for new ones and never compared."""

    table: Table
    key: tuple[str, ...]
    rows: Sequence[Row]
    more: Callable[[Row], Row] = lambda row: {}


@dataclass(frozen=True)
class Change:
    """`what`: new | changed (column, old, new) | removed | ended | only_here (in the database, not in the files)."""

    what: str
    table: str
    key: str
    column: str = ""
    old: object = None
    new: object = None


def bring_in(
    session: Session,
    province: DemoProvince,
    *,
    now: datetime,
    password_hash: Callable[[str], str] = lambda username: "",
    held_from: date | None = None,
) -> list[Change]:
    """Everything but procedures; says what changed. The caller commits, or rolls back after a look.

    `password_hash` of a new account ("": it cannot be signed in to by password); new posts are held from today.
    """
    today = local_day(now)
    changes: list[Change] = []
    for section in _sections(province, now, password_hash):
        changes += _merged(session, section)
    changes += _days_gone(session, province)
    changes += _posts(session, province.people, held_from or today, today)
    return changes


def bring_in_takings(session: Session, province: DemoProvince, *, since: date) -> list[Change]:
    """Who takes dossiers in for others (phi địa giới): every agency of the level; the procedures must be published."""
    rows = [
        {"procedure_code": taking.procedure, "agency": agency.code, "decision": taking.decision}
        for taking in province.takings
        for agency in province.agencies
        if agency.level == taking.level
    ]
    section = Section(
        tables.non_boundary, ("procedure_code", "agency"), rows, lambda row: {"effective_from": since}
    )
    return _merged(session, section)


def _sections(province: DemoProvince, now: datetime, password_hash: Callable[[str], str]) -> list[Section]:
    """In an order in which every row finds what it refers to."""
    return [
        Section(tables.calendar, ("code",), [*_calendars(province)]),
        Section(tables.calendar_day, ("calendar", "day"), [*_days(province)]),
        Section(tables.law_profile, ("code",), [*_law(province)]),
        Section(tables.role, ("code",), [_role(role) for role in province.roles]),
        Section(tables.agency, ("code",), [_agency(one) for one in parents_first(province.agencies)]),
        Section(tables.unit, ("code",), [{**vars(unit)} for unit in province.units]),
        Section(
            tables.account,
            ("username",),
            [_account(person) for person in province.people],
            lambda row: {"password_hash": password_hash(row["username"]), "created_at": now},
        ),
        Section(
            tables.webhook,
            ("url",),
            [{**vars(hook), "topics": [*hook.topics]} for hook in province.webhooks],
            lambda row: {"created_by": "province", "created_at": now},
        ),
    ]


def _merged(session: Session, section: Section) -> list[Change]:
    table, key = section.table, section.key
    name = table.name
    columns = list(section.rows[0]) if section.rows else list(key)
    wanted = select(*(table.c[column] for column in columns))
    if name in MANY:
        wanted = wanted.where(table.c[key[0]].in_({row[key[0]] for row in section.rows}))
    found = session.execute(wanted).mappings()
    here = {tuple(row[column] for column in key): dict(row) for row in found}
    changes, fresh = [], []
    for row in section.rows:
        at = tuple(row[column] for column in key)
        old = here.pop(at, None)
        if old is None:
            fresh.append(row | section.more(row))
            changes.append(Change("new", name, _told(at)))
            continue
        differing = {
            column: value
            for column, value in row.items()
            if old[column] != value and not (name == "account" and column in LEFT_IF_EMPTY and not value)
        }
        if differing:
            where = and_(*(table.c[column] == row[column] for column in key))
            session.execute(update(table).where(where).values(differing))
            changes += [
                Change("changed", name, _told(at), column, *_shown(column, old[column], value))
                for column, value in differing.items()
                if column != "sort_key"
            ]
    if fresh:
        session.execute(insert(table), fresh)
    if section.rows and name not in MANY:
        changes += [Change("only_here", name, _told(at)) for at in here]
    return changes


def _days_gone(session: Session, province: DemoProvince) -> list[Change]:
    """Days of the calendars named, within the years the files cover, that are special no longer."""
    if not province.days:
        return []
    day = tables.calendar_day
    gone = session.execute(
        delete(day)
        .where(
            day.c.calendar.in_([calendar.code for calendar in province.calendars]),
            day.c.day.between(min(province.days).replace(month=1, day=1), max(province.days)),
            day.c.day.not_in(list(province.days)),
        )
        .returning(day.c.calendar, day.c.day)
    )
    return [Change("removed", day.name, _told(row)) for row in sorted(gone)]


def _posts(session: Session, people: Iterable[DemoPerson], held_from: date, today: date) -> list[Change]:
    """The posts of the people named: held as the files say; one that they leave out was held until yesterday."""
    post = tables.post
    wanted = {
        (person.username, one.agency, one.role): {"unit": one.unit, "title": one.title}
        for person in people
        for one in person.posts
    }
    held = session.execute(
        select(post).where(
            post.c.account.in_([person.username for person in people]),
            or_(post.c.held_to.is_(None), post.c.held_to >= today),
        )
    ).mappings()
    changes = []
    for row in list(held):
        at = (row["account"], row["agency"], row["role"])
        new = wanted.pop(at, None)
        mine = post.c.id == row["id"]
        if new is None:
            session.execute(update(post).where(mine).values(held_to=today - timedelta(days=1)))
            changes.append(Change("ended", post.name, _told(at)))
        elif differing := {column: value for column, value in new.items() if row[column] != value}:
            session.execute(update(post).where(mine).values(differing))
            changes += [
                Change("changed", post.name, _told(at), column, row[column], value)
                for column, value in differing.items()
            ]
    fresh = [
        {"account": account, "agency": agency, "role": role, "held_from": held_from, **more}
        for (account, agency, role), more in wanted.items()
    ]
    if fresh:
        session.execute(insert(post), fresh)
    return changes + [Change("new", post.name, _told(at)) for at in wanted]


def parents_first(agencies: Iterable[DemoAgency]) -> list[DemoAgency]:
    """`parent` is a foreign key. Raises ValueError for a circle; a parent that is not among them is the database's."""
    left = {agency.code: agency for agency in agencies}
    ordered: list[DemoAgency] = []
    while left:
        ready = [agency for agency in left.values() if agency.parent not in left]
        if not ready:
            raise ValueError(sorted(left))
        ordered += ready
        for agency in ready:
            del left[agency.code]
    return ordered


def _calendars(province: DemoProvince) -> Iterable[Row]:
    for calendar in province.calendars:
        hours = {
            str(weekday): [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in sessions]
            for weekday, sessions in calendar.hours.items()
        }
        yield {"code": calendar.code, "name": calendar.name, "hours": hours, "timezone": province.timezone}


def _days(province: DemoProvince) -> Iterable[Row]:
    sources = {notice.day: notice.source for notice in province.notices}
    for calendar in province.calendars:
        for day, special in province.days.items():
            yield {
                "calendar": calendar.code,
                "day": day,
                "kind": special.kind,
                "works_like": special.like,
                "name": special.reason,
                "source": sources.get(day, ""),
            }


def _law(province: DemoProvince) -> Iterable[Row]:
    for profile in province.profiles:
        law = profile.law
        body = {
            "reception_limit": f"{law.reception_limit.amount} {law.reception_limit.unit}",
            "dispatcher_role": law.dispatcher_role,
            "levels": list(law.levels),
            "national_codes": dict(law.national_codes),
            "max_apologies": law.max_apologies,
            "petition_role": law.petition_role,
            "petition_days": dict(law.petition_days),
        }
        yield {
            "code": law.code,
            "name": profile.name,
            "effective_from": profile.effective_from,
            "body": body,
        }


def _role(role: Any) -> Row:
    return {
        "code": role.code,
        "name": role.vi,
        "name_en": role.en,
        "leads": role.leads,
        "dispatches": role.dispatches,
    }


def _agency(agency: DemoAgency) -> Row:
    return {
        "code": agency.code,
        "name": agency.name,
        "level": agency.level,
        "parent": agency.parent,
        "calendar": agency.calendar or None,
        "phone": agency.phone,
        "ends_on": agency.until,
        "sort_key": sort_key(agency.name),
    }


def _account(person: DemoPerson) -> Row:
    contact = {column: getattr(person, column) for column in sorted(LEFT_IF_EMPTY)}
    return {
        "username": person.username,
        "kind": person.kind,
        "name": person.name,
        "sort_key": sort_key(person.name),
        **contact,
    }


def _told(key: Iterable[object]) -> str:
    return " ".join(str(part) or "(mặc định)" for part in key)


def _shown(column: str, old: object, new: object) -> tuple[object, object]:
    return ("…", "…") if column in SECRET else (old, new)
