"""What leaves the house: the declaration a partner gets, who is told of what, and where webhooks go."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import any_, func, or_, select, text
from sqlalchemy.orm import Session

from store import visible
from store.queries import people
from store.tables import (
    account,
    agency,
    answers,
    dossier,
    dossier_snapshot,
    mandate,
    outbox,
    petition,
    procedure,
    webhook,
)

PERSONS = "$persons"


@dataclass(frozen=True)
class Declaration:
    """A dossier as a partner sees it: codes, and the answers on record as `{form: {field: value}}`."""

    code: str
    procedure: str
    agency: str
    answers: Mapping[str, object]


@dataclass(frozen=True)
class Told:
    """What a letter to the applicant says, and where it goes (`email` empty: nowhere)."""

    code: str
    procedure_name: str
    agency_name: str
    status: str
    due_at: datetime | None
    applicant_name: str
    applicant_account: str | None
    email: str
    representative: str | None = None  # account that acts for the applicant
    phone: str = ""
    language: str = "vi"
    procedure_name_en: str = ""
    promised_on: date | None = None  # the new date of an apology


@dataclass(frozen=True)
class Sender:
    """Who sent a complaint or proposal, and how to reach them (empty: not that way)."""

    code: str
    name: str
    account: str | None
    email: str
    phone: str


def told_petition(session: Session, code: str) -> Sender | None:
    """The sender of a complaint or proposal; None once erased."""
    row = session.execute(
        select(
            petition.c.code, petition.c.name, petition.c.account, petition.c.email, petition.c.phone
        ).where(petition.c.code == code)
    ).first()
    return Sender(*row) if row and (row.name or row.account) else None


def declaration(session: Session, dossier_id: int) -> Declaration:
    """The dossier's codes and its present answers; persons and variables stay inside."""
    row = session.execute(
        select(dossier.c.code, dossier.c.procedure_code, dossier.c.agency).where(dossier.c.id == dossier_id)
    ).one()
    return Declaration(row.code, row.procedure_code, row.agency, _bodies(session, dossier_id, persons=False))


def told(session: Session, dossier_id: int) -> Told:
    """Facts for a letter. Who declares with the dossier how to be reached is not told by the account's other ways."""
    row = session.execute(
        select(
            dossier.c.code,
            procedure.c.name.label("procedure_name"),
            agency.c.name.label("agency_name"),
            dossier.c.status,
            dossier.c.due_at,
            dossier.c.applicant_name,
            dossier.c.applicant_account,
            account.c.email,
            mandate.c.representative,
            account.c.phone,
            account.c.language,
            procedure.c.name_en,
            dossier.c.promised_on,
        )
        .join(procedure, procedure.c.code == dossier.c.procedure_code)
        .join(agency, agency.c.code == dossier.c.agency)
        .outerjoin(mandate, (mandate.c.id == dossier.c.mandate) & visible.in_force())
        .outerjoin(
            account,
            account.c.username == func.coalesce(dossier.c.applicant_account, mandate.c.representative),
        )
        .where(dossier.c.id == dossier_id)
    ).one()
    persons = _bodies(session, dossier_id, persons=True).get(PERSONS)
    declared = persons.get("applicant") if isinstance(persons, Mapping) else None
    email = str(declared.get("email") or "") if isinstance(declared, Mapping) else ""
    phone = str(declared.get("phone") or "") if isinstance(declared, Mapping) else ""
    if not (email or phone):
        email, phone = row.email or "", row.phone or ""
    return Told(
        *row[:7],
        email=email,
        phone=phone,
        language=row.language or "vi",
        representative=row.representative,
        procedure_name_en=row.name_en,
        promised_on=row.promised_on,
    )


def code_of(session: Session, dossier_id: int) -> str:
    """The dossier's code."""
    return str(session.scalars(select(dossier.c.code).where(dossier.c.id == dossier_id)).one())


def job_exists(session: Session, job_id: uuid.UUID) -> bool:
    """Whether the outbox ever held this job."""
    return session.scalar(select(outbox.c.id).where(outbox.c.job_id == job_id)) is not None


def holders(session: Session, agency_code: str | None, role: str, on: date) -> Sequence[str]:
    """Accounts that hold `role` at the agency (None: at any) on that day, substitutes included."""
    held = text(
        f"select distinct account from {people.HELD} p where role = :role and (agency = :agency or cast(:agency as text) is null)"  # noqa: S608
    )
    return session.scalars(held, {"agency": agency_code, "role": role, "today": on}).all()


def subscribers(session: Session, topic: str) -> Sequence[int]:
    """Ids of the active webhooks that asked for this topic (or for `*`)."""
    wanted = or_(any_(webhook.c.topics) == topic, any_(webhook.c.topics) == "*")
    return session.scalars(select(webhook.c.id).where(webhook.c.active, wanted).order_by(webhook.c.id)).all()


def subscriber(session: Session, webhook_id: int) -> tuple[str, str] | None:
    """URL and secret of an active webhook."""
    found = session.execute(
        select(webhook.c.url, webhook.c.secret).where(webhook.c.id == webhook_id, webhook.c.active)
    ).one_or_none()
    return (found.url, found.secret) if found else None


def _bodies(session: Session, dossier_id: int, *, persons: bool) -> dict[str, object]:
    """Answers rows that the dossier's present state points at, by form; an erased one is missing."""
    rows = session.execute(
        select(answers.c.form, answers.c.body)
        .join(dossier_snapshot, dossier_snapshot.c.dossier_id == answers.c.dossier_id)
        .where(answers.c.dossier_id == dossier_id, answers.c.digest == any_(dossier_snapshot.c.digests))
        .where(answers.c.body.is_not(None))
        .where(answers.c.form == PERSONS if persons else answers.c.form.not_like("$%"))
    )
    return {row.form: row.body for row in rows}
