"""Work in the background that had stopped: an admin has it tried again, or settles it with a note. Both stay on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from casework.deliver import BATCHES
from casework.permits import FORBIDDEN
from engine.actor import Actor
from engine.rejection import REASON_REQUIRED, Rejected
from store import outbox
from store.queries import halted
from store.tables import halted_note

SIGNED_ANEW = {*BATCHES, "sign.effect", "scan.effect"}  # the PIN is gone: whoever signs asks again

NOT_HALTED = Rejected(
    "not_halted",
    "Việc này không còn dừng, hoặc không thử lại được từ đây. Tải lại trang để xem.",
    "Expected work that has stopped and can be tried again.",
)


def repeatable(row: Mapping[str, Any]) -> bool:
    """Can this row of store.queries.halted be tried again here? What a diagram waited for is repaired at its dossier."""
    if row["kind"] != "job":
        return False
    return row["state"] == "failing" or not (row["waited_for"] or row["topic"] in SIGNED_ANEW)


def again(session: Session, actor: Actor, ref: str, *, now: datetime) -> Rejected | None:
    """One job is tried again at once, as if it were new. Commits."""
    if actor.kind != "admin":
        return FORBIDDEN
    row = _row(session, "job", ref)
    if row is None or not repeatable(row) or outbox.again(session, int(ref), now) is None:
        return NOT_HALTED
    _note(session, actor, row, False, "", now)
    return None


def settle(
    session: Session, actor: Actor, kind: str, ref: str, note: str, *, now: datetime
) -> Rejected | None:
    """It has been seen to in another way, which the note tells: it leaves the page. What is still tried goes on. Commits."""
    if actor.kind != "admin":
        return FORBIDDEN
    row = _row(session, kind, ref)
    if row is None or row["state"] == "failing":
        return NOT_HALTED
    if not note.strip():
        return REASON_REQUIRED
    _note(session, actor, row, True, note.strip()[:500], now)
    return None


def _row(session: Session, kind: str, ref: str) -> Mapping[str, Any] | None:
    return next((row for row in halted.found(session) if (row["kind"], row["ref"]) == (kind, ref)), None)


def _note(
    session: Session, actor: Actor, row: Mapping[str, Any], settled: bool, note: str, now: datetime
) -> None:
    what = {name: row[name] for name in ("kind", "ref", "topic")}
    session.execute(insert(halted_note).values(**what, at=now, by=actor.id, settled=settled, note=note))
    session.commit()
