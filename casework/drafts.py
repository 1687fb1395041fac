"""What an applicant has begun and not yet filed. Personal data: seen and changed by their owner only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.rejection import Rejected
from store.tables import draft, procedure

AT_MOST = 50  # of one account at a time: nobody fills in more, and a script soon would
UNTOUCHED_FOR = timedelta(days=365)  # then forms and law have moved on, and personal data is kept for nothing
TOO_MANY = Rejected(
    "too_many_drafts",
    f"Bạn đang có {AT_MOST} bản nháp chưa nộp. Hãy nộp hoặc xóa bớt bản nháp rồi thử lại.",
    f"Expected fewer than {AT_MOST} drafts that are not filed. File or delete some of them and try again.",
)

_UNFILED = draft.c.task_id.is_(None), ~draft.c.body.has_key("filed")  # what is no officer's unfinished step


@dataclass(frozen=True)
class Kept:
    """A draft: answers as last typed (unchecked), uploaded papers by component code ({id, name, size}).

    `filed` is the code of the dossier it became; its content is then gone. `counter` is what an officer notes who
    files for somebody: {applicant{…}, beneficiary{…}, payer{…}, via, assisted, counts{component: {originals, certified,
    copies, pages, kept}}}. `mandate`: the applicant is who it represents. `sources`: where a prefilled answer came from,
    by key path. `returning`: how the result goes back, {way, name, phone, address}.
    """

    id: str
    procedure: str
    agency: str
    answers: Mapping[str, object] = field(default_factory=dict)
    papers: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    filed: str = ""
    counter: Mapping[str, object] = field(default_factory=dict)
    mandate: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    returning: Mapping[str, str] = field(default_factory=dict)


def begin(
    session: Session,
    actor: Actor,
    procedure_code: str,
    agency: str,
    answers: Mapping[str, object],
    *,
    mandate: str = "",
    sources: Mapping[str, str] = {},
    now: datetime,
    counter: Mapping[str, object] | None = None,
) -> str:
    """A new draft with the answers known beforehand; commits. Its id is also the submission's idempotency key."""
    new = uuid.uuid4()
    row = {"id": new, "account": actor.id, "procedure_code": procedure_code, "agency": agency}
    session.execute(
        insert(draft).values(
            **row,
            body={
                "answers": dict(answers),
                "counter": dict(counter or {}),
                "mandate": mandate,
                "sources": dict(sources),
            },
            updated_at=now,
        )
    )
    session.commit()
    return str(new)


def get(session: Session, actor: Actor, draft_id: uuid.UUID) -> Kept | None:
    """The actor's draft, None if there is none of this id."""
    row = session.execute(select(draft).where(*_of(actor, draft_id))).first()
    if row is None:
        return None
    body = row.body
    return Kept(
        str(row.id),
        row.procedure_code,
        row.agency or "",
        body.get("answers", {}),
        body.get("papers", {}),
        body.get("filed", ""),
        body.get("counter", {}),
        body.get("mandate", ""),
        body.get("sources", {}),
        body.get("returning", {}),
    )


def mine(session: Session, actor: Actor) -> list[dict[str, object]]:
    """All the actor's drafts not yet filed (there are `AT_MOST`), last touched first: {id, procedure_code, procedure_name,
    agency, updated_at, via, applicant}; `via` and `applicant` (a name) as a counter noted them."""
    rows = session.execute(
        select(
            draft.c.id,
            draft.c.procedure_code,
            procedure.c.name,
            draft.c.agency,
            draft.c.updated_at,
            draft.c.body["counter"]["via"].astext,
            draft.c.body["counter"]["applicant"]["name"].astext,
        )
        .join(procedure, procedure.c.code == draft.c.procedure_code)
        .where(draft.c.account == actor.id, *_UNFILED)
        .order_by(draft.c.updated_at.desc())
    )
    return [
        {
            "id": str(id),
            "procedure_code": code,
            "procedure_name": name,
            "agency": agency,
            "updated_at": at,
            "via": via,
            "applicant": applicant,
        }
        for id, code, name, agency, at, via, applicant in rows
    ]


def full(session: Session, actor: Actor) -> bool:
    """Has the actor as many drafts as one may have?"""
    mine = select(func.count()).select_from(draft).where(draft.c.account == actor.id, *_UNFILED)
    return (session.scalar(mine) or 0) >= AT_MOST


def save(
    session: Session,
    actor: Actor,
    kept: Kept,
    *,
    now: datetime,
    answers: Mapping[str, object] | None = None,
    papers: Mapping[str, object] | None = None,
    agency: str | None = None,
    counter: Mapping[str, object] | None = None,
    returning: Mapping[str, str] | None = None,
) -> None:
    """Keep what is given in place of what was; commits. A filed draft takes nothing more."""
    body = {
        "answers": kept.answers if answers is None else answers,
        "papers": kept.papers if papers is None else papers,
        "counter": kept.counter if counter is None else counter,
        "mandate": kept.mandate,
        "sources": kept.sources,
        "returning": kept.returning if returning is None else returning,
    }
    session.execute(
        update(draft)
        .where(*_of(actor, uuid.UUID(kept.id)), ~draft.c.body.has_key("filed"))
        .values(body=body, agency=agency or kept.agency, updated_at=now)
    )
    session.commit()


def filed(session: Session, actor: Actor, kept: Kept, dossier_code: str, *, now: datetime) -> None:
    """The draft became this dossier: its content goes, its name stays so that a second press finds the dossier.
    The caller commits."""
    session.execute(
        update(draft)
        .where(*_of(actor, uuid.UUID(kept.id)))
        .values(body={"filed": dossier_code}, updated_at=now)
    )


def discard(session: Session, actor: Actor, draft_id: uuid.UUID) -> None:
    """Forget the draft; commits. Its uploads are swept with the other unused ones."""
    session.execute(delete(draft).where(*_of(actor, draft_id)))
    session.commit()


def forget_untouched(session: Session, now: datetime) -> None:
    """Remove applications that were begun and left; commits. Who files a second time finds what the first became: that stays."""
    session.execute(delete(draft).where(*_UNFILED, draft.c.updated_at < now - UNTOUCHED_FOR))
    session.commit()


def _of(actor: Actor, draft_id: uuid.UUID):  # type: ignore[no-untyped-def]
    return draft.c.id == draft_id, draft.c.account == actor.id, draft.c.task_id.is_(None)
