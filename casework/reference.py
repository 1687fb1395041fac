"""Facts for one command: the law, agencies and calendars in force on a day, read from the tables and kept.

Rows change by notice or by admin, rarely: one number (`reference_version`, raised by triggers) tells whether what this
process has read is still true. The gate reads that number with the dossier, so that facts cost no query.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine.facts import Agency, Facts, LegalProfile
from engine.local import local_day
from engine.worktime.calendar import Calendar, Day
from engine.worktime.deadline import TimeLimit
from store.tables import (
    agency,
    calendar,
    calendar_day,
    law_profile,
    post,
    procedure_step,
    reference_version,
    role,
)

KEPT_DAYS = 8  # tests and demo clocks walk through dates; a production process needs one or two


@dataclass(frozen=True)
class Reference:
    """Roles: `dispatching` give work to others, `leading` answer for an agency, `signing` sign or seal in any procedure."""

    facts: Facts
    dispatching: frozenset[str]
    leading: frozenset[str]
    signing: frozenset[str]


class NoLaw(Exception):
    """No legal profile is in force: the database was never filled (`./motcua up`, `./motcua demo reset`)."""


_kept: WeakKeyDictionary[object, OrderedDict[tuple[int, date], Reference]] = WeakKeyDictionary()


def load(session: Session, now: datetime, version: int | None = None) -> Reference:
    """The reference data for a moment. `version`: `reference_version.version` as just read. Raises NoLaw."""
    if version is None:
        version = session.scalar(select(reference_version.c.version)) or 0
    bind = session.get_bind()
    kept = _kept.setdefault(bind.engine if not isinstance(bind, Engine) else bind, OrderedDict())
    key = (version, local_day(now))
    if key not in kept:
        kept[key] = _read(session, key[1], version)
        while len(kept) > KEPT_DAYS:
            kept.popitem(last=False)
    return kept[key]


def _read(session: Session, on: date, version: int) -> Reference:
    law = session.execute(
        select(law_profile.c.code, law_profile.c.body)
        .where(law_profile.c.effective_from <= on)
        .order_by(law_profile.c.effective_from.desc())
        .limit(1)
    ).first()
    if law is None:
        raise NoLaw(f"no legal profile is in force on {on}")
    roles = session.execute(select(role.c.code, role.c.dispatches, role.c.leads)).all()
    facts = Facts(
        calendars=_calendars(session, version),
        agencies=_agencies(session, on),
        law=_profile(law.code, law.body),
        versions={"law": law.code, "reference": str(version)},
        dispatchers=_dispatchers(session, law.body, on),
    )
    return Reference(
        facts,
        dispatching=frozenset(row.code for row in roles if row.dispatches),
        leading=frozenset(row.code for row in roles if row.leads),
        signing=frozenset(
            session.scalars(
                select(procedure_step.c.role).where(procedure_step.c.kind.in_(("sign", "stamp"))).distinct()
            )
        ),
    )


def _profile(code: str, body: Mapping[str, object]) -> LegalProfile:
    given = dict(body)
    given["reception_limit"] = TimeLimit.parse(str(given["reception_limit"]))
    for name in ("levels", "overriding_roles"):
        if name in given:
            given[name] = tuple(given[name])  # type: ignore[arg-type]
    return LegalProfile(code=code, **given)  # type: ignore[arg-type]


def _agencies(session: Session, on: date) -> dict[str, Agency]:
    """Agencies that exist on a date; whose parent is gone belongs to the nearest one above that still exists."""
    rows = {row.code: row for row in session.execute(select(agency))}
    lives = {code for code, row in rows.items() if row.active and (row.ends_on is None or on <= row.ends_on)}

    def parent(code: str | None) -> str | None:
        while code is not None and code not in lives:
            code = rows[code].parent
        return code

    return {
        code: Agency(code, rows[code].name, rows[code].level, parent(rows[code].parent)) for code in lives
    }


def _calendars(session: Session, version: int) -> dict[str, Calendar]:
    """By agency code, for agencies with a calendar of their own; "" is everybody else's."""
    days: dict[str, dict[date, Day]] = {}
    for row in session.execute(select(calendar_day)):
        days.setdefault(row.calendar, {})[row.day] = Day(row.kind, row.name, row.works_like)
    read = {
        row.code: Calendar(
            row.code,
            row.timezone,
            {int(weekday): tuple(map(_session, hours)) for weekday, hours in row.hours.items()},
            days.get(row.code, {}),
            version=f"{row.code or '-'}@{version}",
        )
        for row in session.execute(select(calendar))
    }
    own = session.execute(select(agency.c.code, agency.c.calendar).where(agency.c.calendar.is_not(None)))
    return {code: read[code] for code in read if code == ""} | {row.code: read[row.calendar] for row in own}


def _dispatchers(session: Session, law: Mapping[str, object], on: date) -> dict[str, str]:
    """By agency: its dispatching role that somebody holds, the law's own first."""
    held = session.execute(
        select(post.c.agency, post.c.role)
        .join(role, role.c.code == post.c.role)
        .where(role.c.dispatches, post.c.held_from <= on, (post.c.held_to.is_(None)) | (post.c.held_to >= on))
        .order_by(post.c.role != law.get("dispatcher_role", ""), post.c.role)
    )
    found: dict[str, str] = {}
    for row in held:
        found.setdefault(row.agency, row.role)
    return found


def _session(hours: list[str]) -> tuple[time, time]:
    opens, closes = hours
    return time.fromisoformat(opens), time.fromisoformat(closes)
