"""Who does whose work between two dates. The substitute works in the absent officer's queue as in an own one;
every command given so is marked in the log (`ActedInstead`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from casework.permits import FORBIDDEN
from engine.actor import Actor
from engine.local import local_day
from engine.rejection import Problem, Rejected
from store.queries import agency as live
from store.queries import colleagues
from store.tables import substitution

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
    return None
