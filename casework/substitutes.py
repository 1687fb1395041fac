"""Who does whose work between two dates. The substitute works in the absent officer's queue as in an own one;
every command given so is marked in the log (`ActedInstead`). When it ends, what he still holds there goes to who was away; the row is settled when nothing is left to give."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, text, update
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
    _settle(session, row, now)
    return None


def end_past(session: Session, now: datetime) -> None:
    """Those called off or whose last day is over, until nothing of them is held any more. Commits."""
    over = (
        select(substitution)
        .where(substitution.c.settled_at.is_(None))
        .where(or_(substitution.c.ended_at.is_not(None), substitution.c.to_on < local_day(now)))
        .order_by(func.random())  # one that has to wait keeps no other waiting
    )
    for row in session.execute(over.limit(100)).all():
        _settle(session, row, now)


def _settle(session: Session, row: Row[Any], now: datetime) -> None:
    """Mark it as settled once nothing is left to give back: after a crash, or for a stopped dossier, the clock tries again."""
    if _given_back(session, row, now):
        done = {"ended_at": func.coalesce(substitution.c.ended_at, now), "settled_at": now}
        session.execute(update(substitution).where(substitution.c.id == row.id).values(done))
    session.commit()


def _given_back(session: Session, row: Row[Any], now: datetime) -> bool:
    """What the substitute still holds in a queue that is closed to him goes to who was away; else nobody could do it.

    False if some of it could not go back yet: its dossier is stopped, or nobody is there to take it.
    """
    held = session.execute(
        select(task.c.id, task.c.version, dossier.c.code, dossier.c.status)
        .join(dossier, dossier.c.id == task.c.dossier_id)
        .where(task.c.assignee == row.substitute, task.c.agency == row.agency, task.c.role == row.role)
        .where(text("task.state < 2"))
    ).all()
    there = {one["username"] for one in inbox.colleagues(session, row.agency, row.role, now=now)}
    if not held or row.substitute in there:
        return True
    if row.absent not in there:
        return False
    back = [
        gate.handle(
            session,
            one.code,
            AssignTask(CLOCK, task_key(one.id)[1], row.absent, seen_version=one.version),
            now=now,
        )
        for one in held
        if one.status != "stopped"
    ]
    return len(back) == len(held) and not any(isinstance(answer, Rejected) for answer in back)
