"""Which dossier hears what another one says: waiting messages (BPMN 2.0.2, 8.4.2 correlation), and parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def receivers(session: Session, name: str, correlation: object) -> Sequence[int]:
    """Dossiers that wait for this message with this correlation, or that named none."""
    said = literal(correlation, JSONB)
    same = or_(
        message_wait.c.correlation.is_(None),
        func.jsonb_typeof(message_wait.c.correlation) == "null",
        message_wait.c.correlation == said,
    )
    waits = select(message_wait.c.dossier_id).where(message_wait.c.name == name, same)
    return session.scalars(waits.distinct().order_by(message_wait.c.dossier_id)).all()


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
