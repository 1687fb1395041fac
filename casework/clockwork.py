"""Time passes: due `timer` rows become FireTimer commands through the gate; dossiers that ran late are marked.

Several clocks may turn at once: the gate locks the dossier, and the second finds no such timer (`no_timer`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from casework import (
    accounts,
    attachments,
    drafts,
    durations,
    gate,
    leavers,
    partial,
    permits,
    petition_handling,
    reconciliation,
    substitutes,
)
from engine.actor import CLOCK
from engine.commands import FireTimer
from engine.rejection import Rejected
from store import outbox, seal
from store.tables import dossier, timer

TRY_AGAIN_AFTER = timedelta(minutes=1)  # a timer that was rejected, in a stopped dossier for example


@dataclass(frozen=True)
class Turn:
    """What one turn of the clock did."""

    fired: int
    rejected: int
    marked: int


def turn(session: Session, now: datetime, *, limit: int = 100) -> Turn:
    """Fire up to `limit` due timers, oldest first, each in its own commit; then mark what has become overdue, and see that
    yesterday's money is compared.

    Every ten minutes, if anything happened, also seal the event log, forget what nobody needs (uploads never handed in, failed
    tries) and give the work of who left a post back to its queue.
    Once a day count anew how long procedures really take, forget drafts that nobody touched for a year and contents of
    files that nothing names any more.
    """
    answers = [
        _fire(session, code, dossier_id, timer_id, now)
        for code, dossier_id, timer_id in due(session, now, limit)
    ]
    turned = Turn(sum(answers), len(answers) - sum(answers), mark_overdue(session, now))
    reconciliation.plan(session, now)
    petition_handling.escalate_late(session, now)
    substitutes.end_past(session, now)
    if seal.seal_if_due(session, now):
        attachments.forget_unused(session, now)
        partial.forget_expired(session, now)
        leavers.give_back(session, now)
        accounts.forget_failures(session, now)
        if durations.refresh_if_due(session, now):
            drafts.forget_untouched(session, now)
            attachments.forget_unnamed(session)
    return turned


def due(session: Session, now: datetime, limit: int) -> list[tuple[str, int, str]]:
    """Timers to fire now: (dossier code, dossier id, timer id)."""
    rested = or_(timer.c.tried_at.is_(None), timer.c.tried_at < now - TRY_AGAIN_AFTER)
    rows = session.execute(
        select(dossier.c.code, timer.c.dossier_id, timer.c.timer_id)
        .join(dossier, dossier.c.id == timer.c.dossier_id)
        .where(timer.c.due_at <= now, rested)
        .order_by(timer.c.due_at, timer.c.dossier_id)
        .limit(limit)
    )
    found = [(row.code, row.dossier_id, row.timer_id) for row in rows]
    session.rollback()
    return found


def next_due(session: Session) -> datetime | None:
    """When the earliest timer that was never tried falls due."""
    found: datetime | None = session.scalar(
        select(func.min(timer.c.due_at)).where(timer.c.tried_at.is_(None))
    )
    session.rollback()
    return found


def mark_overdue(session: Session, now: datetime) -> int:
    """Note the moment a running dossier was found late, once, and let its agency's leaders be told."""
    late = (
        update(dossier)
        .where(dossier.c.ended_at.is_(None), dossier.c.overdue_at.is_(None), dossier.c.paused_since.is_(None))
        .where(dossier.c.due_at < now)
        .values(overdue_at=now)
        .returning(dossier.c.id, dossier.c.agency)
    )
    found = session.execute(late).all()
    for (dossier_id, agency), role in itertools.product(found, sorted(permits.leaders(session))):
        notice = {"topic": "overdue", "to": f"agency:{agency}:{role}"}
        outbox.put(session, "notice", notice, now=now, dossier_id=dossier_id)
    session.commit()
    return len(found)


def _fire(session: Session, code: str, dossier_id: int, timer_id: str, now: datetime) -> bool:
    answer = gate.handle(session, code, FireTimer(CLOCK, timer_id), now=now)
    if not isinstance(answer, Rejected):
        return True
    session.rollback()
    session.execute(
        update(timer)
        .where(timer.c.dossier_id == dossier_id, timer.c.timer_id == timer_id)
        .values(tried_at=now)
    )
    session.commit()
    return False
