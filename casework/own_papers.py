"""What people put into their e-store themselves: a file with its type, name and last day of validity.

Nobody has looked at such a paper: it is offered in the owner's own filings and judged there like any upload, never taken
unseen at a counter. It is the owner's alone; taken out, the file is gone (what a dossier took of it is the dossier's).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from casework import attachments
from casework.documents.checking import Anchors
from casework.permits import FORBIDDEN
from engine.actor import Actor
from engine.rejection import Problem, Rejected
from store.tables import attachment, own_paper

MOST = 100
MOST_BYTES = 200_000_000
LONGEST = 200

UNKNOWN = Rejected(
    "unknown_attachment",
    "Không có giấy tờ này trong phần bạn tự tải lên.",
    "Expected a paper that you uploaded yourself.",
)
TOO_MANY = Rejected(
    "store_full",
    f"Kho chỉ chứa tối đa {MOST} giấy tờ tự tải lên. Hãy xóa bớt giấy tờ không dùng nữa.",
    f"The store takes at most {MOST} papers of your own. Remove what you need no more.",
)
TOO_LARGE = Rejected(
    "store_full",
    f"Kho chỉ chứa tối đa {MOST_BYTES // 1_000_000} MB giấy tờ tự tải lên. Hãy xóa bớt giấy tờ không dùng nữa.",
    f"The store takes at most {MOST_BYTES // 1_000_000} MB of your own papers. Remove what you need no more.",
)


@dataclass(frozen=True)
class Room:
    """How full somebody's part of the store is."""

    count: int
    bytes: int


def add(
    session: Session,
    actor: Actor,
    filename: str,
    content: bytes,
    *,
    name: str,
    code: str,
    valid_to: str,
    trust: Anchors | None = None,
    now: datetime,
) -> str | Rejected:
    """Keep a file; its id. `code`: one of `kinds`, or "" for another paper, which needs a name of its own; `valid_to`: a
    date, or ""; `trust` as of `attachments.keep`. Commits.

    All that is wrong with it at once, by field: `file`, `name`, `code`, `valid_to`.
    """
    if actor.kind != "applicant":
        return FORBIDDEN
    described = _described(session, name, code, valid_to)
    problems = list(described.problems) if isinstance(described, Rejected) else []
    attachments.one_at_a_time(session, actor)
    full = room(session, actor)
    unfit = None
    if full.count >= MOST:
        unfit = TOO_MANY
    elif full.bytes + len(content) > MOST_BYTES:
        unfit = TOO_LARGE
    elif isinstance(found := attachments.judged(content), Rejected):
        unfit = found
    if unfit is None and not problems:
        kept = attachments.put(session, actor, filename, content, trust=trust, now=now)
        if not isinstance(kept, Rejected):
            values = described if isinstance(described, Mapping) else {}
            session.execute(insert(own_paper).values(id=kept["id"], owner=actor.id, added_at=now, **values))
            session.commit()
            return str(kept["id"])
        unfit = kept
    if unfit is not None:
        problems.insert(0, Problem("file", unfit.code, unfit.vi, unfit.en))
    worst = unfit.code if unfit else "answers_invalid"
    return Rejected(worst, problems[0].vi, problems[0].en, tuple(problems))


def change(
    session: Session, actor: Actor, id: uuid.UUID, *, name: str, code: str, valid_to: str
) -> Rejected | None:
    """Another name, type or validity. Commits."""
    described = _described(session, name, code, valid_to)
    if isinstance(described, Rejected):
        return described
    done = session.execute(update(own_paper).where(*_mine(actor, id)).values(**described))
    session.commit()
    return None if done.rowcount else UNKNOWN  # type: ignore[attr-defined]


def remove(session: Session, actor: Actor, id: uuid.UUID) -> Rejected | None:
    """Out of the store; the file's content goes within a day, unless a dossier took it. Commits."""
    done = session.execute(delete(own_paper).where(*_mine(actor, id)))
    if not done.rowcount:  # type: ignore[attr-defined]
        session.rollback()
        return UNKNOWN
    session.execute(delete(attachment).where(attachment.c.id == id, attachment.c.dossier_id.is_(None)))
    session.commit()
    return None


def of(session: Session, actor: Actor) -> Sequence[Mapping[str, Any]]:
    """The actor's own papers with their files, newest first."""
    rows = session.execute(
        select(own_paper, attachment.c.media_type, attachment.c.size, attachment.c.pages)
        .join(attachment, attachment.c.id == own_paper.c.id)
        .where(own_paper.c.owner == actor.id)
        .order_by(own_paper.c.added_at.desc())
    )
    return [dict(row) for row in rows.mappings()]


def room(session: Session, actor: Actor) -> Room:
    mine = select(func.count(), func.coalesce(func.sum(attachment.c.size), 0)).join(
        own_paper, own_paper.c.id == attachment.c.id
    )
    count, size = session.execute(mine.where(own_paper.c.owner == actor.id)).one()
    return Room(count, int(size))


def kinds(session: Session) -> dict[str, tuple[str, str]]:
    """Papers that published procedures ask for, by code: what an own paper can be. (name, procedure that asks for it)."""
    rows = session.execute(
        text("""
        select distinct on (c ->> 'code') c ->> 'code' as code, c ->> 'name' as name, v.procedure_code
        from procedure_version v cross join lateral jsonb_array_elements(v.manifest -> 'components') c
        where coalesce(c ->> 'form', '') = '' order by c ->> 'code', v.version desc, v.procedure_code
        """)
    )
    return {row.code: (row.name, row.procedure_code) for row in rows}


def _described(session: Session, name: str, code: str, valid_to: str) -> dict[str, Any] | Rejected:
    problems = []
    known = kinds(session) if code else {}
    name = " ".join(name.replace("\x00", "").split()) or known.get(code, ("", ""))[0][:LONGEST]
    if not name:
        vi, en = "Chưa ghi tên giấy tờ.", "The paper's name is missing."
        problems.append(Problem("name", "required", vi, en))
    elif len(name) > LONGEST:
        vi, en = f"Tên giấy tờ dài quá {LONGEST} ký tự.", f"The name is longer than {LONGEST} characters."
        problems.append(Problem("name", "too_large", vi, en))
    if code and code not in known:
        problems.append(Problem("code", "unknown_key", "Loại giấy tờ không có.", "There is no such type."))
    last = None
    try:
        last = date.fromisoformat(valid_to) if valid_to else None
    except ValueError:
        vi, en = "Ngày hết hiệu lực không phải là ngày.", "The last day of validity is no date."
        problems.append(Problem("valid_to", "invalid", vi, en))
    if problems:
        return Rejected("answers_invalid", problems[0].vi, problems[0].en, tuple(problems))
    return {"name": name, "code": code, "valid_to": last}


def _mine(actor: Actor, id: uuid.UUID):  # type: ignore[no-untyped-def]
    return own_paper.c.id == id, own_paper.c.owner == actor.id
