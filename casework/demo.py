"""Fills an empty system with the demo province and publishes the procedures that ship with the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

import bpmn
from bpmn import bundle
from casework import accounts, demo_data, publish
from casework.demo_data import DemoProvince
from engine.actor import SYSTEM
from engine.rejection import Rejected
from store import tables
from store.folding import sort_key

PROCEDURES = Path(bpmn.__file__).parent / "procedures"
DECISION = "Dữ liệu mẫu"


class DemoBroken(Exception):
    """A shipped bundle does not pass its own gate: a bug of the release."""


DEMO_LAW = "2023"  # three levels and the papers of TT 01/2018: what the shipped procedures are drawn for


def load(session: Session, *, now: datetime | None = None, law: str = DEMO_LAW) -> None:
    """Agencies, calendars, law, roles, accounts, then every shipped procedure; commits.

    `law`: the last legal profile that the demo's world knows of; with "2025" the district level ends on its date.
    """
    now = now or datetime.now(UTC)
    province = known_until(demo_data.read(), law)
    _calendars(session, province)
    _law(session, province)
    _agencies(session, province)
    _people(session, province, now)
    session.commit()
    publish_shipped(session, now=now)
    _takings(session, province)
    session.commit()


def known_until(province: DemoProvince, law: str) -> DemoProvince:
    """The province as if nothing had been enacted after the profile `law`. Raises LookupError for an unknown one."""
    codes = [profile.law.code for profile in province.profiles]
    if law not in codes:
        raise LookupError(law)
    kept, later = province.profiles[: codes.index(law) + 1], province.profiles[codes.index(law) + 1 :]
    if not later:
        return province
    enacted = later[0].effective_from
    agencies = tuple(
        replace(agency, until=None) if agency.until and agency.until < enacted else agency
        for agency in province.agencies
    )
    return replace(province, profiles=kept, agencies=agencies)


def publish_shipped(session: Session, *, now: datetime) -> list[publish.Published]:
    """Publish each version under bpmn/procedures/, in order; in force since the first legal profile. Raises DemoBroken."""
    since = min(profile.effective_from for profile in demo_data.read().profiles)
    return [_publish(session, folder, since, now) for folder in _versions(PROCEDURES)]


def _publish(session: Session, folder: Path, since: date, now: datetime) -> publish.Published:
    content = bundle.pack(bundle.read(folder).files)
    done = publish.publish(session, SYSTEM, content, decision_number=DECISION, effective_from=since, now=now)
    if isinstance(done, Rejected):
        findings = [f"{f['file']} {f['element']}: {f['en']}" for f in getattr(done, "findings", [])]
        raise DemoBroken("\n".join([f"{folder.parent.name} {folder.name}: {done.en}", *findings]))
    return done


def _versions(folder: Path) -> list[Path]:
    """v1 before v2 before v10."""
    found = [path.parent for path in folder.glob("*/v*/procedure.toml")]
    return sorted(found, key=lambda path: (path.parent.name, int(path.name[1:])))


def _calendars(session: Session, province: DemoProvince) -> None:
    sources = {notice.day: notice.source for notice in province.notices}
    for calendar in province.calendars:
        hours = {
            str(weekday): [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in sessions]
            for weekday, sessions in calendar.hours.items()
        }
        row = {"code": calendar.code, "name": calendar.name, "hours": hours, "timezone": province.timezone}
        session.execute(insert(tables.calendar).values(row))
        _insert(
            session,
            tables.calendar_day,
            (
                {
                    "calendar": calendar.code,
                    "day": day,
                    "kind": special.kind,
                    "works_like": special.like,
                    "name": special.reason,
                    "source": sources.get(day, ""),
                }
                for day, special in province.days.items()
            ),
        )


def _law(session: Session, province: DemoProvince) -> None:
    _insert(
        session,
        tables.law_profile,
        (
            {
                "code": profile.law.code,
                "name": profile.name,
                "effective_from": profile.effective_from,
                "body": {
                    "reception_limit": f"{profile.law.reception_limit.amount} {profile.law.reception_limit.unit}",
                    "dispatcher_role": profile.law.dispatcher_role,
                    "levels": list(profile.law.levels),
                    "national_codes": dict(profile.law.national_codes),
                    "max_apologies": profile.law.max_apologies,
                    "petition_role": profile.law.petition_role,
                    "petition_days": dict(profile.law.petition_days),
                },
            }
            for profile in province.profiles
        ),
    )


def _agencies(session: Session, province: DemoProvince) -> None:
    """Parents first: `parent` is a foreign key."""
    left = list(province.agencies)
    written: set[str | None] = {None}
    while left:
        ready = [agency for agency in left if agency.parent in written]
        if not ready:
            raise DemoBroken(f"agencies without a parent: {[agency.code for agency in left]}")
        _insert(
            session,
            tables.agency,
            (
                {
                    "code": agency.code,
                    "name": agency.name,
                    "level": agency.level,
                    "parent": agency.parent,
                    "calendar": agency.calendar or None,
                    "phone": agency.phone,
                    "ends_on": agency.until,
                    "sort_key": sort_key(agency.name),
                }
                for agency in ready
            ),
        )
        written |= {agency.code for agency in ready}
        left = [agency for agency in left if agency not in ready]
    _insert(session, tables.unit, (vars(unit) for unit in province.units))


def _people(session: Session, province: DemoProvince, now: datetime) -> None:
    _insert(
        session,
        tables.role,
        (
            {
                "code": role.code,
                "name": role.vi,
                "name_en": role.en,
                "leads": role.leads,
                "dispatches": role.dispatches,
            }
            for role in province.roles
        ),
    )
    password_hash = accounts.hash_password(province.password)  # once: argon2 is slow on purpose
    _insert(
        session,
        tables.account,
        (
            {
                "username": person.username,
                "password_hash": password_hash,
                "kind": person.kind,
                "name": person.name,
                "email": person.email,
                "phone": person.phone,
                "id_number": person.id_number,
                "address": person.address,
                "created_at": now,
                "sort_key": sort_key(person.name),
            }
            for person in province.people
        ),
    )
    held_from = min(profile.effective_from for profile in province.profiles)
    _insert(
        session,
        tables.post,
        (
            {"account": person.username, "held_from": held_from, **vars(post)}
            for person in province.people
            for post in person.posts
        ),
    )


def _takings(session: Session, province: DemoProvince) -> None:
    """Who takes dossiers in for others; after the procedures, which it names."""
    since = min(profile.effective_from for profile in province.profiles)
    _insert(
        session,
        tables.non_boundary,
        (
            {
                "procedure_code": taking.procedure,
                "agency": agency.code,
                "effective_from": since,
                "decision": taking.decision,
            }
            for taking in province.takings
            for agency in province.agencies
            if agency.level == taking.level
        ),
    )


def _insert(session: Session, table: Table, rows: Iterable[dict[str, object]]) -> None:
    if found := list(rows):
        session.execute(insert(table), found)
