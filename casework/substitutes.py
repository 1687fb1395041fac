"""Who does whose work between two dates. The substitute works in the absent officer's queue as in an own one;
every command given so is marked in the log (`ActedInstead`). When it ends, what he still holds there goes to who was away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.orm import Session

from casework import gate
from casework.permits import FORBIDDEN
from engine.actor import CLOCK, Actor
from engine.commands import AssignTask
from engine.local import local_day
from engine.rejection import Problem, Rejected
from store.queries import agency as live
from store.queries import colleagues, inbox
from store.tables import dossier, substitution, task
from store.tables.work import task_key

LONGEST = timedelta(days=366)


def appoint(
    session: Session,
    actor: Actor,
    *,
    absent: str,
    substitute: str,
    agency: str,
    role: str,
    from_on: date | None,
    to_on: date | None,
    now: datetime,
) -> Rejected | None:
    """One's own post, or one at an agency that one leads or whose work one gives out; the substitute works there too. Commits."""
    if absent != actor.id and agency not in {led["code"] for led in live.led(session, actor)}:
        return FORBIDDEN
    today = local_day(now)
    there = colleagues.posts_of(session, [agency], today)
    problems = []
    if not any((post["account"], post["role"]) == (absent, role) for post in there):
        problems.append(
            Problem(
                "post",
                "unknown",
                "Người vắng không giữ vị trí này.",
                "Expected a post that the absent holds.",
            )
        )
    if substitute == absent or not any(post["account"] == substitute for post in there):
        problems.append(
            Problem(
                "substitute",
                "unknown",
                "Người làm thay phải là đồng nghiệp khác trong cùng cơ quan.",
                "Expected another officer of the same agency.",
            )
        )
    if from_on is None or to_on is None or to_on < from_on or to_on < today or to_on - from_on > LONGEST:
        problems.append(
            Problem(
                "to_on",
                "range",
                "Ngày bắt đầu và kết thúc chưa đúng: đến ngày phải sau từ ngày, chưa qua, và không quá một năm.",
                "Expected a first and a last day, not over yet, at most a year.",
            )
        )
    if problems:
        return Rejected("answers_invalid", problems[0].vi, problems[0].en, tuple(problems))
    who = {"absent": absent, "substitute": substitute, "agency": agency, "role": role, "made_by": actor.id}
    session.execute(insert(substitution).values(**who, from_on=from_on, to_on=to_on, made_at=now))
    session.commit()
    return None


def call_off(session: Session, actor: Actor, number: int, *, now: datetime) -> Rejected | None:
    """Who is back, the substitute, or who leads there ends it at once. Commits."""
    row = session.execute(select(substitution).where(substitution.c.id == number)).first()
    if row is None or (
        actor.id not in (row.absent, row.substitute, row.made_by)
        and row.agency not in {led["code"] for led in live.led(session, actor)}
    ):
        return FORBIDDEN
    session.execute(
        update(substitution)
        .where(substitution.c.id == number, substitution.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.commit()
    _give_back(session, row, now)
    return None


def end_past(session: Session, now: datetime) -> None:
    """Those whose last day is over, once each. Commits."""
    over = select(substitution).where(
        substitution.c.ended_at.is_(None), substitution.c.to_on < local_day(now)
    )
    for row in session.execute(over.limit(100)).all():
        _give_back(session, row, now)
        session.execute(update(substitution).where(substitution.c.id == row.id).values(ended_at=now))
        session.commit()


def _give_back(session: Session, row: Row[Any], now: datetime) -> None:
    """What the substitute still holds in a queue that is closed to him goes to who was away; else nobody could do it."""
    there = {one["username"] for one in inbox.colleagues(session, row.agency, row.role, now=now)}
    if row.substitute in there or row.absent not in there:
        return
    held = session.execute(
        select(task.c.id, dossier.c.code)
        .join(dossier, dossier.c.id == task.c.dossier_id)
        .where(task.c.assignee == row.substitute, task.c.agency == row.agency, task.c.role == row.role)
        .where(text("task.state < 2"))
    ).all()
    for task_id, code in held:
        gate.handle(session, code, AssignTask(CLOCK, task_key(task_id)[1], row.absent), now=now)
