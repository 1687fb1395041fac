"""The course of a complaint or proposal: each step of its register, its limits, what both sides share.

Limits in working days are the legal profile's (`petition_days`; refuse 2, ask for more 5, answer 15, publish 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from casework import notices
from casework.reference import Reference
from engine.actor import Actor
from engine.rejection import Rejected
from engine.worktime import TimeLimit, due
from store.tables import petition, petition_step

LONGEST_TEXT = 5000

UNKNOWN = Rejected(
    "unknown_petition",
    "Không có phản ánh, kiến nghị này, hoặc bạn không được xem.",
    "There is no such complaint or proposal, or you may not see it.",
)
NOT_NOW = Rejected(
    "petition_state",
    "Phản ánh, kiến nghị không còn ở bước này. Hãy tải lại trang.",
    "The complaint or proposal is past this step. Reload the page.",
)
TEXT_REQUIRED = Rejected(
    "text_required", "Viết nội dung, tối đa 5.000 ký tự.", "Expected a text of at most 5,000 characters."
)


def place(code: str) -> str:
    """Where an officer reads it."""
    return f"/desk/petitions/{code}"


def move(
    session: Session,
    row: Mapping[str, object],
    by: Actor | None,
    what: str,
    now: datetime,
    *,
    note: str = "",
    to: str = "",
    tell: str = "",
    **values: object,
) -> Rejected | None:
    """One step of the register, with what it changes; the sender is told `tell`. Commits.

    Somebody was quicker: the state is no longer the one that was read, and nothing happens.
    """
    moved = session.execute(
        update(petition).where(petition.c.id == row["id"], petition.c.state == row["state"]).values(**values)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        session.rollback()
        return NOT_NOW
    step(session, int(str(row["id"])), what, by, now, note.strip(), to)
    if tell:
        notices.tell_sender(session, str(row["code"]), tell, now)
    session.commit()
    return None


def step(
    session: Session, id: int, what: str, by: Actor | None, now: datetime, note: str = "", agency: str = ""
) -> None:
    number = select(func.coalesce(func.max(petition_step.c.no), 0) + 1).where(
        petition_step.c.petition_id == id
    )
    session.execute(
        insert(petition_step).values(
            petition_id=id,
            no=number.scalar_subquery(),
            at=now,
            by=by.id if by else "",
            what=what,
            note=note[:5000],
            agency=agency,
        )
    )


def clock(known: Reference, now: datetime) -> dict[str, datetime]:
    days = known.facts.law.petition_days
    return {"clock_from": now} | {
        f"{name}_due_at": due_of(known, days[name], now) for name in ("refuse", "supplement", "answer")
    }


def due_of(known: Reference, days: int, now: datetime) -> datetime:
    found = due(TimeLimit(days, "working_day"), now, known.facts.calendar("")).at
    assert found is not None
    return found
