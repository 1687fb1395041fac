"""Fills an empty system with the demo province and publishes the procedures that ship with the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

import bpmn
from bpmn import bundle
from casework import accounts, demo_data, publish
from casework.demo_data import DemoProvince
from casework.province import bring_in, bring_in_takings
from engine.actor import SYSTEM
from engine.rejection import Rejected

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
    password_hash = accounts.hash_password(province.password)  # once: argon2 is slow on purpose
    since = min(profile.effective_from for profile in province.profiles)
    bring_in(session, province, now=now, password_hash=lambda username: password_hash, held_from=since)
    session.commit()
    publish_shipped(session, now=now)
    bring_in_takings(session, province, since=since)
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
