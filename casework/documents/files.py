"""Signed PDFs by content: kept when they are made, read by whoever may see the dossier (the caller's to know)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from store.tables import document_file


def keep(
    session: Session,
    dossier_id: int,
    code: str,
    pdf: bytes,
    rooms: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
) -> str:
    """Its sha256. The caller commits, and gives the command that puts the file into effect."""
    name = hashlib.sha256(pdf).hexdigest()
    row = {"dossier_id": dossier_id, "code": code, "sha256": name, "content": pdf}
    session.execute(
        upsert(document_file).values(**row, rooms=list(rooms), made_at=now).on_conflict_do_nothing()
    )
    return name


def content(session: Session, dossier_id: int, code: str, sha256: str) -> bytes | None:
    """A signed file of a result; None if there is none, or it was erased."""
    found = _row(session, dossier_id, code, sha256) if sha256 else None
    return bytes(found.content) if found is not None and found.content is not None else None


def rooms(session: Session, dossier_id: int, code: str, sha256: str) -> list[dict[str, Any]]:
    """Where number, date and signature stand in it (casework.papers.Typeset)."""
    found = _row(session, dossier_id, code, sha256)
    return list(found.rooms) if found is not None else []


def made_at(session: Session, dossier_id: int, code: str, sha256: str) -> datetime:
    """When a file that is there was made. Raises LookupError for another."""
    found = _row(session, dossier_id, code, sha256)
    if found is None:
        raise LookupError(sha256)
    made: datetime = found.made_at
    return made


def _row(session: Session, dossier_id: int, code: str, sha256: str):  # type: ignore[no-untyped-def]
    named = document_file.c.dossier_id == dossier_id, document_file.c.code == code
    return session.execute(select(document_file).where(*named, document_file.c.sha256 == sha256)).first()
