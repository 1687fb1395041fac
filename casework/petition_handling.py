"""What officers do with complaints and proposals: classify, assign, answer, publish or not; what is late is told upwards.

Who classifies is the legal profile's `petition_role`. An agency that is complained of handles nothing by that: somebody
assigns.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import errors, looks, notices, reference
from casework.petition_course import LONGEST_TEXT, NOT_NOW, TEXT_REQUIRED, UNKNOWN, due_of, move, place, step
from engine.actor import Actor
from engine.rejection import REASON_REQUIRED, Rejected
from store.queries import petitions as rows
from store.tables import petition

UNANSWERED = ("received", "assigned")
FORBIDDEN = Rejected(
    "forbidden",
    "Tài khoản của bạn không xử lý phản ánh, kiến nghị này.",
    "Your account does not handle this.",
)


def refuse(session: Session, officer: Actor, code: str, reason: str, *, now: datetime) -> Rejected | None:
    """It is none of the state's business, or names nothing: with a reason, within two working days."""
    row = _for_classifier(session, officer, code, now, ("received", "supplement"))
    if isinstance(row, Rejected):
        return row
    if not reason.strip():
        return REASON_REQUIRED
    return move(session, row, officer, "refused", now, note=reason, state="refused", tell="petition_refused")


def ask_more(session: Session, officer: Actor, code: str, question: str, *, now: datetime) -> Rejected | None:
    """The sender is asked to say more; the clock starts anew with the answer."""
    row = _for_classifier(session, officer, code, now, ("received",))
    if isinstance(row, Rejected):
        return row
    if not question.strip():
        return TEXT_REQUIRED
    return move(session, row, officer, "asked", now, note=question, state="supplement", tell="petition_asked")


def assign(session: Session, officer: Actor, code: str, agency: str, *, now: datetime) -> Rejected | None:
    """An agency is to answer; assigned again, another one is, and who leads above that one has been told nothing yet."""
    row = _for_classifier(session, officer, code, now, UNANSWERED)
    if isinstance(row, Rejected):
        return row
    known = reference.load(session, now)
    if agency not in known.facts.agencies:
        return errors.unknown_agency(agency)
    for role in known.leading:
        notices.tell_officers(session, agency, role, "petition_assigned", place(code), now)
    return move(
        session,
        row,
        officer,
        "assigned",
        now,
        to=agency,
        state="assigned",
        agency=agency,
        escalated_at=row["escalated_at"] if agency == row["agency"] else None,
        tell="petition_assigned",
    )


def answer(session: Session, officer: Actor, code: str, words: str, *, now: datetime) -> Rejected | None:
    """The assigned agency answers, by somebody who leads there."""
    row = _seen(session, officer, code, now)
    if isinstance(row, Rejected):
        return row
    known = reference.load(session, now)
    if row["state"] != "assigned":
        return NOT_NOW
    if not any(post.agency == row["agency"] and post.role in known.leading for post in officer.posts):
        return FORBIDDEN
    if not words.strip() or len(words) > LONGEST_TEXT:
        return TEXT_REQUIRED
    publish_by = due_of(known, known.facts.law.petition_days["publish"], now)
    return move(
        session, row, officer, "answered", now, note=words, to=str(row["agency"]), state="answered",
        answer=words.strip(), answered_at=now, publish_due_at=publish_by, tell="petition_answered",
    )  # fmt: skip


def publish(session: Session, officer: Actor, code: str, yes: bool, *, now: datetime) -> Rejected | None:
    """Question and answer are shown to everybody, without the sender's name, if the sender agreed; or kept back."""
    row = _for_classifier(session, officer, code, now, ("answered",))
    if isinstance(row, Rejected):
        return row
    if yes and not row["may_publish"]:
        return Rejected(
            "not_publishable",
            "Người gửi không đồng ý công khai.",
            "The sender did not agree to publication.",
        )
    return move(
        session,
        row,
        officer,
        "published" if yes else "kept",
        now,
        published=yes,
        published_at=now if yes else None,
    )


def escalate_late(session: Session, now: datetime, limit: int = 100) -> int:
    """What is past its answer's limit is told upwards, once: to who classifies, and who leads above the agency. Commits."""
    late = session.execute(
        select(petition.c.id, petition.c.code, petition.c.agency)
        .where(petition.c.state.in_(UNANSWERED), petition.c.escalated_at.is_(None))
        .where(petition.c.answer_due_at < now)
        .order_by(petition.c.answer_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not late:
        session.rollback()
        return 0
    known = reference.load(session, now)
    role = known.facts.law.petition_role
    for row in late:
        session.execute(update(petition).where(petition.c.id == row.id).values(escalated_at=now))
        step(session, row.id, "escalated", None, now)
        notices.tell_officers(session, None, role, "petition_late", place(row.code), now)
        here = known.facts.agencies.get(row.agency or "")
        above = [here.code, here.parent] if here else []
        for told in filter(None, above):
            for leading in known.leading - {role}:
                notices.tell_officers(session, told, leading, "petition_late", place(row.code), now)
    session.commit()
    return len(late)


def seen(session: Session, officer: Actor, code: str, *, now: datetime) -> Mapping[str, object] | Rejected:
    """One to work on: all for who classifies, its own for an assigned agency, what is late below for who leads above it.
    The look is logged; commits."""
    row = _seen(session, officer, code, now)
    if not isinstance(row, Rejected):
        looks.record(session, officer, "petition", [code], now=now)
    return row


def classifies(session: Session, officer: Actor, *, now: datetime) -> bool:
    """Whether the officer receives and classifies."""
    role = reference.load(session, now).facts.law.petition_role
    return any(post.role == role for post in officer.posts)


def _seen(session: Session, officer: Actor, code: str, now: datetime) -> Mapping[str, object] | Rejected:
    row = rows.one(session, code, lock=True)
    if row is None:
        return UNKNOWN
    mine = classifies(session, officer, now=now) or row["agency"] in officer.agencies()
    late = row["escalated_at"] and row["state"] in UNANSWERED
    return row if mine or (late and _leads_above(session, officer, row, now)) else UNKNOWN


def _leads_above(session: Session, officer: Actor, row: Mapping[str, object], now: datetime) -> bool:
    """Whom `escalate_late` has told: who leads the agency above the assigned one."""
    known = reference.load(session, now)
    here = known.facts.agencies.get(str(row["agency"] or ""))
    return here is not None and any(
        post.agency == here.parent and post.role in known.leading for post in officer.posts
    )


def _for_classifier(
    session: Session, officer: Actor, code: str, now: datetime, states: tuple[str, ...]
) -> Mapping[str, object] | Rejected:
    row = _seen(session, officer, code, now)
    if isinstance(row, Rejected):
        return row
    if not classifies(session, officer, now=now):
        return FORBIDDEN
    return row if row["state"] in states else NOT_NOW
