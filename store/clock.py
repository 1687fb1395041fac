"""The running system's clock: wall time plus an offset that only `./motcua demo advance` moves (DESIGN §7.11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.tables import system_clock


def now(session: Session) -> datetime:
    """The moment by which everything is decided, aware, UTC."""
    return datetime.now(UTC) + offset(session)


def offset(session: Session) -> timedelta:
    """How far the system's clock is ahead of the wall's."""
    return session.scalar(select(system_clock.c.offset)) or timedelta()


def advance(session: Session, by: timedelta) -> datetime:
    """Move the clock forward and return the new moment; the caller commits. It never goes back: ValueError."""
    if by < timedelta():
        raise ValueError("The clock only moves forward: dossiers have seen the present moment.")
    session.execute(update(system_clock).values(offset=system_clock.c.offset + by))
    return now(session)
