"""Which dossier hears what another one says: waiting messages (BPMN 2.0.2, 8.4.2 correlation), and parents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from store.tables import answers, dossier, message_wait


@dataclass(frozen=True)
class Waiting:
    """A dossier whose call activity waits for a child."""

    dossier_id: int
    token_id: str


@dataclass(frozen=True)
class Receiver:
    """A dossier that waits for a message; `correlation` as its catch names it, None if it takes any of the name."""

    dossier_id: int
    correlation: object


def receiver(session: Session, name: str, correlation: object) -> Receiver | None:
    """Who takes a message (§10.5.1: it has one target): the oldest catch with this correlation, else the oldest that
    named none."""
    unnamed = or_(
        message_wait.c.correlation.is_(None), func.jsonb_typeof(message_wait.c.correlation) == "null"
    )
    named = message_wait.c.correlation == literal(correlation, JSONB)
    fits = unnamed if correlation is None else or_(unnamed, named)
    found = session.execute(
        select(message_wait.c.dossier_id, message_wait.c.correlation)
        .where(message_wait.c.name == name, fits)
        .order_by(unnamed, message_wait.c.since, message_wait.c.dossier_id)
        .limit(1)
    ).one_or_none()
    return Receiver(*found) if found else None


def content(session: Session, dossier_id: object, digest: object) -> Mapping[str, object]:
    """What a message carries: the sender's row under that digest; empty when there is none or it was erased."""
    body = session.scalar(
        select(answers.c.body).where(answers.c.dossier_id == dossier_id, answers.c.digest == digest)
    )
    return body if isinstance(body, Mapping) else {}


def parent(session: Session, dossier_id: int) -> Waiting | None:
    """The dossier that opened this one, and the token in it that waits."""
    opener = dossier.alias()
    found = session.execute(
        select(opener.c.id, dossier.c.parent_token)
        .join(opener, opener.c.code == dossier.c.parent)
        .where(dossier.c.id == dossier_id)
    ).one_or_none()
    return Waiting(found.id, found.parent_token) if found and found.parent_token else None
