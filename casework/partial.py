"""Uploads that survive a broken connection: what has arrived is kept, and the rest follows (tus 1.0.0, web/resumable.py).

An upload is its owner's, lives a day, and becomes an attachment when a page takes it (`taken`): until then it is no paper
and nobody else can see it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework import attachments
from engine.actor import Actor
from engine.rejection import Rejected
from store.tables import upload, upload_part

LIFE = timedelta(days=1)
MOST_OPEN = 50  # uploads of one account at a time
UNKNOWN = Rejected(
    "unknown_attachment",
    "Phần đã tải lên không còn. Hãy chọn lại tệp.",
    "What was uploaded is gone. Choose the file again.",
)
LOCKED = Rejected("upload_locked", "Tệp này đang được tải lên.", "This upload is being written to.")
NOT_THERE = Rejected(
    "upload_offset", "Vị trí tải tiếp không khớp.", "Expected the offset that the upload has."
)
TOO_LONG = Rejected("too_large", "Nhiều hơn độ dài đã báo.", "More than the length announced.")


@dataclass(frozen=True)
class Upload:
    id: uuid.UUID
    name: str
    size: int
    offset: int
    expires_at: datetime


def begin(session: Session, actor: Actor, name: str, size: int, *, now: datetime) -> Upload | Rejected:
    """Room for a file of this length; commits. Refuses what could never be kept."""
    if size > attachments.MAX_BYTES:
        return attachments.TOO_LARGE
    if size <= 0:
        return attachments.EMPTY
    attachments.one_at_a_time(session, actor)
    mine = upload.c.owner == actor.id, upload.c.expires_at > now
    count, waiting = session.execute(
        select(func.count(), func.coalesce(func.sum(upload.c.size), 0)).where(*mine)
    ).one()
    if count >= MOST_OPEN or int(waiting) + size > attachments.MAX_WAITING_BYTES:
        return attachments.TOO_MUCH
    new = Upload(uuid.uuid4(), name[:300], size, 0, now + LIFE)
    row = {"id": new.id, "name": new.name, "size": size, "expires_at": new.expires_at}
    session.execute(insert(upload).values(owner=actor.id, received=0, **row))
    session.commit()
    return new


def find(session: Session, actor: Actor, id: uuid.UUID, *, now: datetime) -> Upload | Rejected:
    """The actor's upload, as far as it has come."""
    row = session.execute(select(upload).where(*_of(actor, id, now))).first()
    return Upload(row.id, row.name, row.size, row.received, row.expires_at) if row else UNKNOWN


def append(
    session: Session, actor: Actor, id: uuid.UUID, offset: int, content: bytes, *, now: datetime
) -> int | Rejected:
    """Keep the next bytes; commits. The new offset. Two writers at once: the second is `upload_locked`."""
    try:
        row = session.execute(
            select(upload.c.size, upload.c.received).where(*_of(actor, id, now)).with_for_update(nowait=True)
        ).first()
    except OperationalError:
        session.rollback()
        return LOCKED
    if row is None or row.received != offset or offset + len(content) > row.size:
        session.rollback()
        return UNKNOWN if row is None else NOT_THERE if row.received != offset else TOO_LONG
    if content:
        session.execute(insert(upload_part).values(upload=id, at=offset, content=content))
        session.execute(update(upload).where(upload.c.id == id).values(received=offset + len(content)))
    session.commit()
    return offset + len(content)


def whole(session: Session, actor: Actor, id: str, *, now: datetime) -> Upload | Rejected:
    """The actor's upload of which nothing is missing."""
    try:
        found = find(session, actor, uuid.UUID(id), now=now)
    except ValueError:
        return UNKNOWN
    return UNKNOWN if isinstance(found, Rejected) or found.offset != found.size else found


def taken(session: Session, actor: Actor, id: str, *, now: datetime) -> tuple[str, bytes] | Rejected:
    """Name and content of a whole upload, which is forgotten; the caller commits."""
    found = whole(session, actor, id, now=now)
    if isinstance(found, Rejected):
        return UNKNOWN
    parts = session.scalars(
        select(upload_part.c.content).where(upload_part.c.upload == found.id).order_by(upload_part.c.at)
    )
    content = b"".join(bytes(part) for part in parts)
    session.execute(delete(upload).where(upload.c.id == found.id))
    return found.name, content


def forget(session: Session, actor: Actor, id: uuid.UUID) -> None:
    """The person has changed their mind; commits."""
    session.execute(delete(upload).where(upload.c.id == id, upload.c.owner == actor.id))
    session.commit()


def forget_expired(session: Session, now: datetime) -> None:
    """Uploads that were never finished or taken; commits."""
    session.execute(delete(upload).where(upload.c.expires_at <= now))
    session.commit()


def _of(actor: Actor, id: uuid.UUID, now: datetime):  # type: ignore[no-untyped-def]
    return upload.c.id == id, upload.c.owner == actor.id, upload.c.expires_at > now
