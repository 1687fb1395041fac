"""Complaints and proposals (phản ánh, kiến nghị) as their senders know them: sent, followed, said more of, judged.

What officers do with them: casework/petition_handling.py; limits and steps: casework/petition_course.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from casework import accounts, errors, looks, notices, reference
from casework.petition_course import LONGEST_TEXT, NOT_NOW, TEXT_REQUIRED, UNKNOWN, clock, move, place, step
from engine.actor import Actor
from engine.local import local_day
from engine.rejection import Problem, Rejected
from store.queries import petitions as rows
from store.tables import petition, petition_step

KINDS = ("regulation", "conduct")
LONGEST = {
    "title": 200,
    "body": LONGEST_TEXT,
    "name": 200,
    "phone": 20,
    "email": 200,
    "address": 500,
    "dossier": 60,
}
OPEN = ("received", "supplement", "assigned")
SENT_A_DAY = accounts.Limits(together=10, of_name=10, of_address=50, window=timedelta(days=1))
GUESSES = accounts.Limits(together=10, of_name=20, of_address=200, window=timedelta(days=1))

TOO_MANY = Rejected(
    "rate_limited",
    "Đã gửi nhiều phản ánh trong ngày. Vui lòng thử lại vào ngày mai.",
    "Too many were sent today. Please try again tomorrow.",
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
            **clock(known, now),
        )
        .returning(petition.c.id)
    ).scalar_one()
    step(session, id, "received", sender, now)
    notices.tell_officers(session, None, known.facts.law.petition_role, "petition_received", place(code), now)
    accounts.note_failure(session, who, "", now=now)  # counts it, and commits
    return Sent(code, secret)


def supplement(
    session: Session, sender: Actor | None, row: Mapping[str, object], words: str, *, now: datetime
) -> Rejected | None:
    """The sender says more (whom the page has checked, by account or by code and secret)."""
    if row["state"] != "supplement":
        return NOT_NOW
    if not words.strip() or len(words) > LONGEST_TEXT:
        return TEXT_REQUIRED
    fresh: dict[str, Any] = dict(clock(reference.load(session, now), now))
    return move(session, row, sender, "supplemented", now, note=words, **{**fresh, "state": "received"})


def judge(
    session: Session, sender: Actor | None, row: Mapping[str, object], liked: bool, *, now: datetime
) -> Rejected | None:
    """The sender's word on the answer; it may be changed."""
    if row["state"] != "answered":
        return NOT_NOW
    return move(session, row, sender, "judged", now, note="like" if liked else "dislike", liked=liked)


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
