"""Complaints and proposals (phản ánh, kiến nghị): received, classified, given to an agency, answered, published or not.

Limits in working days are the legal profile's (`petition_days`; refuse 2, ask for more 5, answer 15, publish 2); who
classifies is its `petition_role`. An agency that is complained of handles nothing by that: somebody assigns.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from casework import accounts, errors, looks, notices, reference
from casework.reference import Reference
from engine.actor import Actor
from engine.local import local_day
from engine.rejection import Problem, Rejected
from engine.worktime import TimeLimit, due
from store.queries import petitions as rows
from store.tables import petition, petition_step

KINDS = ("regulation", "conduct")
LONGEST = {"title": 200, "body": 5000, "name": 200, "phone": 20, "email": 200, "address": 500, "dossier": 60}
OPEN = ("received", "supplement", "assigned")
SENT_A_DAY = accounts.Limits(together=10, of_name=10, of_address=50, window=timedelta(days=1))
GUESSES = accounts.Limits(together=10, of_name=20, of_address=200, window=timedelta(days=1))

UNKNOWN = Rejected(
    "unknown_petition",
    "Không có phản ánh, kiến nghị này, hoặc bạn không được xem.",
    "There is no such complaint or proposal, or you may not see it.",
)
FORBIDDEN = Rejected(
    "forbidden",
    "Tài khoản của bạn không xử lý phản ánh, kiến nghị này.",
    "Your account does not handle this.",
)
NOT_NOW = Rejected(
    "petition_state",
    "Phản ánh, kiến nghị không còn ở bước này. Hãy tải lại trang.",
    "The complaint or proposal is past this step. Reload the page.",
)
TOO_MANY = Rejected(
    "rate_limited",
    "Đã gửi nhiều phản ánh trong ngày. Vui lòng thử lại vào ngày mai.",
    "Too many were sent today. Please try again tomorrow.",
)
TEXT_REQUIRED = Rejected(
    "text_required", "Viết nội dung, tối đa 5.000 ký tự.", "Expected a text of at most 5,000 characters."
)


@dataclass(frozen=True)
class Sent:
    code: str
    secret: str


def send(
    session: Session, sender: Actor | None, given: Mapping[str, str], *, now: datetime, address: str = ""
) -> Sent | Rejected:
    """Take one in from anybody; commits. `given`: kind, title, body, about, dossier, name, phone, email, address, may_publish."""
    if problems := _wrong(given):
        return Rejected(
            "answers_invalid", "Còn chỗ chưa đúng.", "Something is not right yet.", tuple(problems)
        )
    who = f"petition:{sender.id if sender else address}"[:100]
    if accounts.too_many_failures(session, who, "", SENT_A_DAY, now=now):
        return TOO_MANY
    known = reference.load(session, now)
    about = given.get("about") or None
    if about is not None and about not in known.facts.agencies:
        return errors.unknown_agency(about)
    code, secret = _allot(session, now), f"{secrets.randbelow(1_000_000):06d}"
    id = session.execute(
        insert(petition)
        .values(
            **{name: given.get(name, "").strip() for name in LONGEST},
            code=code,
            secret=secret,
            kind=given["kind"],
            about=about,
            may_publish=given.get("may_publish") == "1",
            account=sender.id if sender else None,
            received_at=now,
            **_clock(known, now),
        )
        .returning(petition.c.id)
    ).scalar_one()
    _step(session, id, "received", sender, now)
    notices.tell_officers(session, None, known.facts.law.petition_role, "petition_received", place(code), now)
    accounts.note_failure(session, who, "", now=now)  # counts it, and commits
    return Sent(code, secret)


def refuse(session: Session, officer: Actor, code: str, reason: str, *, now: datetime) -> Rejected | None:
    """It is none of the state's business, or names nothing: with a reason, within two working days."""
    row = _for_classifier(session, officer, code, now, ("received", "supplement"))
    if isinstance(row, Rejected):
        return row
    if not reason.strip():
        return errors.REASON_REQUIRED
    return _move(session, row, officer, "refused", now, note=reason, state="refused", tell="petition_refused")


def ask_more(session: Session, officer: Actor, code: str, question: str, *, now: datetime) -> Rejected | None:
    """The sender is asked to say more; the clock starts anew with the answer."""
    row = _for_classifier(session, officer, code, now, ("received",))
    if isinstance(row, Rejected):
        return row
    if not question.strip():
        return TEXT_REQUIRED
    return _move(
        session, row, officer, "asked", now, note=question, state="supplement", tell="petition_asked"
    )


def supplement(
    session: Session, sender: Actor | None, row: Mapping[str, object], words: str, *, now: datetime
) -> Rejected | None:
    """The sender says more (whom the page has checked, by account or by code and secret)."""
    if row["state"] != "supplement":
        return NOT_NOW
    if not words.strip() or len(words) > LONGEST["body"]:
        return TEXT_REQUIRED
    clock: dict[str, Any] = dict(_clock(reference.load(session, now), now))
    return _move(session, row, sender, "supplemented", now, note=words, **{**clock, "state": "received"})


def assign(session: Session, officer: Actor, code: str, agency: str, *, now: datetime) -> Rejected | None:
    """An agency is to answer; assigned again, another one is."""
    row = _for_classifier(session, officer, code, now, ("received", "assigned"))
    if isinstance(row, Rejected):
        return row
    known = reference.load(session, now)
    if agency not in known.facts.agencies:
        return errors.unknown_agency(agency)
    for role in known.leading:
        notices.tell_officers(session, agency, role, "petition_assigned", place(code), now)
    return _move(
        session,
        row,
        officer,
        "assigned",
        now,
        to=agency,
        state="assigned",
        agency=agency,
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
    if not words.strip() or len(words) > LONGEST["body"]:
        return TEXT_REQUIRED
    publish_by = _due(known, known.facts.law.petition_days["publish"], now)
    return _move(
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
    return _move(
        session,
        row,
        officer,
        "published" if yes else "kept",
        now,
        published=yes,
        published_at=now if yes else None,
    )


def judge(
    session: Session, sender: Actor | None, row: Mapping[str, object], liked: bool, *, now: datetime
) -> Rejected | None:
    """The sender's word on the answer; it may be changed."""
    if row["state"] != "answered":
        return NOT_NOW
    return _move(session, row, sender, "judged", now, note="like" if liked else "dislike", liked=liked)


def escalate_late(session: Session, now: datetime, limit: int = 100) -> int:
    """What is past its answer's limit is told upwards, once: to who classifies, and who leads above the agency. Commits."""
    late = session.execute(
        select(petition.c.id, petition.c.code, petition.c.agency)
        .where(petition.c.state.in_(("received", "assigned")), petition.c.escalated_at.is_(None))
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
        _step(session, row.id, "escalated", None, now)
        notices.tell_officers(session, None, role, "petition_late", place(row.code), now)
        here = known.facts.agencies.get(row.agency or "")
        above = [here.code, here.parent] if here else []
        for told in filter(None, above):
            for leading in known.leading - {role}:
                notices.tell_officers(session, told, leading, "petition_late", place(row.code), now)
    session.commit()
    return len(late)


def track(
    session: Session, code: str, secret: str, *, now: datetime, address: str = ""
) -> Mapping[str, object] | Rejected:
    """One's own without signing in. Guessing is counted; the look is logged; commits."""
    guessed = f"petition:{code}"[:100]
    if accounts.too_many_failures(session, guessed, address, GUESSES, now=now):
        return TOO_MANY
    row = rows.one(session, code)
    if row is None or not secrets.compare_digest(str(row["secret"]).encode(), secret.encode()):
        accounts.note_failure(session, guessed, address, now=now)
        return UNKNOWN
    looks.record(session, None, "petition", [code], now=now)
    return row


def own(session: Session, sender: Actor, code: str, *, now: datetime) -> Mapping[str, object] | Rejected:
    """One's own, signed in; the look is logged. Commits."""
    row = rows.one(session, code)
    if row is None or row["account"] != sender.id:
        return UNKNOWN
    looks.record(session, sender, "petition", [code], now=now)
    return row


def seen(session: Session, officer: Actor, code: str, *, now: datetime) -> Mapping[str, object] | Rejected:
    """One to work on: all for who classifies, its own for an assigned agency. The look is logged; commits."""
    row = _seen(session, officer, code, now)
    if not isinstance(row, Rejected):
        looks.record(session, officer, "petition", [code], now=now)
    return row


def classifies(session: Session, officer: Actor, *, now: datetime) -> bool:
    """Whether the officer receives and classifies."""
    role = reference.load(session, now).facts.law.petition_role
    return any(post.role == role for post in officer.posts)


def erase(session: Session, code: str) -> bool:
    """Empty what the sender of a finished one wrote and is; the caller commits. False if there is none finished."""
    empty = dict.fromkeys(("title", "body", "name", "phone", "email", "address", "dossier", "answer"), "")
    gone = session.execute(
        update(petition)
        .where(petition.c.code == code, petition.c.state.not_in(OPEN))
        .values(**empty, account=None, published=False, may_publish=False)
        .returning(petition.c.id)
    ).scalar()
    if gone is None:
        return False
    session.execute(update(petition_step).where(petition_step.c.petition_id == gone).values(note=""))
    return True


def place(code: str) -> str:
    """Where an officer reads it."""
    return f"/desk/petitions/{code}"


def _wrong(given: Mapping[str, str]) -> list[Problem]:
    found = []
    if given.get("kind") not in KINDS:
        found.append(
            Problem("kind", "required", "Chọn loại phản ánh, kiến nghị.", "Choose what it is about.")
        )
    for name, vi, en in (
        ("title", "Ghi tiêu đề.", "Give it a title."),
        ("body", "Viết nội dung phản ánh, kiến nghị.", "Write what happened or what you propose."),
        ("name", "Ghi họ tên.", "Give your name."),
    ):
        if not given.get(name, "").strip():
            found.append(Problem(name, "required", vi, en))
    if not (given.get("phone", "").strip() or given.get("email", "").strip()):
        found.append(
            Problem(
                "phone",
                "required",
                "Ghi điện thoại hoặc thư điện tử để nhận trả lời.",
                "Give a phone or e-mail.",
            )
        )
    for name, most in LONGEST.items():
        if len(given.get(name, "")) > most:
            found.append(
                Problem(name, "too_long", f"Dài quá {most} ký tự.", f"Longer than {most} characters.")
            )
    return found


def _clock(known: Reference, now: datetime) -> dict[str, datetime]:
    days = known.facts.law.petition_days
    return {"clock_from": now} | {
        f"{name}_due_at": _due(known, days[name], now) for name in ("refuse", "supplement", "answer")
    }


def _due(known: Reference, days: int, now: datetime) -> datetime:
    found = due(TimeLimit(days, "working_day"), now, known.facts.calendar("")).at
    assert found is not None
    return found


def _allot(session: Session, now: datetime) -> str:
    day = local_day(now)
    number = session.execute(
        text("""
            insert into petition_counter as c (day, last) values (:day, 1)
            on conflict (day) do update set last = c.last + 1 returning last
        """),
        {"day": day},
    ).scalar_one()
    return f"PA-{day:%y%m%d}-{number:04d}"


def _seen(session: Session, officer: Actor, code: str, now: datetime) -> Mapping[str, object] | Rejected:
    row = rows.one(session, code, lock=True)
    mine = row is not None and (classifies(session, officer, now=now) or row["agency"] in officer.agencies())
    return row if row is not None and mine else UNKNOWN


def _for_classifier(
    session: Session, officer: Actor, code: str, now: datetime, states: tuple[str, ...]
) -> Mapping[str, object] | Rejected:
    row = _seen(session, officer, code, now)
    if isinstance(row, Rejected):
        return row
    if not classifies(session, officer, now=now):
        return FORBIDDEN
    return row if row["state"] in states else NOT_NOW


def _move(
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
    _step(session, int(str(row["id"])), what, by, now, note.strip(), to)
    if tell:
        notices.tell_sender(session, str(row["code"]), tell, now)
    session.commit()
    return None


def _step(
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
