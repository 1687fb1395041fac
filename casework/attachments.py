"""Papers as files: kept by content, judged by content, seen by those who may see the dossier in full.

Contents live in the database, content-addressed: one transaction, one backup, every web host.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import puremagic
from sqlalchemy import delete, exists, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework import looks, sheets
from casework.documents import uploaded
from casework.documents.checking import Anchors
from engine.actor import Actor
from engine.definition import Component, Definition
from engine.events import AnswersRecorded, ComponentReceived, ConversationPosted, Event
from engine.rejection import Problem, Rejected
from store import visible
from store.tables import attachment, attachment_body, dossier, mandate, own_paper

MAX_BYTES = 20_000_000  # a procedure's component may allow less (`max_mb`), never more
EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
MEDIA_NAMES = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG"}
MAX_FILES = 20  # of one component
REUSED = 2  # the first status of digitisation that names a paper which the state holds already
MAX_JUDGED = 60  # signed uploads of one person in an hour
UNUSED_FOR = timedelta(days=7)
MOST_FORGOTTEN = 500  # contents at once: uploads wait meanwhile
MAX_WAITING_BYTES = 500_000_000  # of one account: an upload costs nothing, the disk does

UNKNOWN = Rejected(
    "unknown_attachment",
    "Không có tệp này, hoặc bạn không được xem tệp này.",
    "There is no such file, or you may not see it.",
)
EMPTY = Rejected(
    "attachment_type",
    "Tệp rỗng. Hãy mở thử tệp trên máy rồi chọn lại.",
    "The file is empty. Try to open it and choose it again.",
)
TOO_LARGE = Rejected(
    "too_large",
    f"Tệp quá lớn: tối đa {MAX_BYTES // 1_000_000} MB.",
    f"The file is too large: at most {MAX_BYTES // 1_000_000} MB.",
)
TOO_MUCH = Rejected(
    "too_large",
    "Bạn đã tải lên quá nhiều tệp chưa nộp. Hãy nộp hoặc chờ các tệp cũ được xóa.",
    "Too many files are waiting that were not handed in. Hand them in, or wait until the old ones are removed.",
)
TOO_MANY = Rejected("too_large", f"quá {MAX_FILES} tệp", f"more than {MAX_FILES} files")
WRONG_TYPE = Rejected(
    "attachment_type",
    "Nội dung tệp không phải PDF, JPG hoặc PNG. Hãy lưu tệp thành PDF (từ Word), hoặc thành JPG (ảnh HEIC của iPhone), "
    "rồi tải lên lại.",
    "Expected a PDF, JPEG or PNG by content, but the file is none of them. Save it as PDF (from Word) or as JPEG (an "
    "iPhone's HEIC) and upload it again.",
)


@dataclass(frozen=True)
class File:
    """An attachment with its content."""

    name: str
    media_type: str
    content: bytes


def keep(
    session: Session,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    trust: Anchors | None = None,
    now: datetime,
) -> dict[str, object] | Rejected:
    """Keep an upload until it is handed in with a dossier; commits. Its name counts for nothing but reading. With `trust`
    the signatures of a PDF are judged at once."""
    kept = put(session, actor, name, content, trust=trust, now=now)
    if not isinstance(kept, Rejected):
        session.commit()
    return kept


def put(
    session: Session,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    trust: Anchors | None = None,
    now: datetime,
) -> dict[str, object] | Rejected:
    """As `keep`, in the caller's transaction."""
    found = judged(content)
    if isinstance(found, Rejected):
        return found
    one_at_a_time(session, actor)
    if _waiting(session, actor) + len(content) > MAX_WAITING_BYTES:
        return TOO_MUCH
    kept = {
        "id": uuid.uuid4(),
        "name": clean_name(name, found),
        "media_type": found,
        "size": len(content),
        "pages": sheets.pages(content, found),
        "signatures": _judged(session, actor, content, found, trust, now),
    }
    kept["sha256"] = body(session, content)  # last: its lock is everybody's, and judging takes seconds
    session.execute(insert(attachment).values(owner=actor.id, uploaded_at=now, **kept))
    return {**kept, "id": str(kept["id"])}


def judged(content: bytes) -> str | Rejected:
    """The media type of a file by its content, or why it is refused, whatever way it comes: what nobody could read would stop
    the dossier weeks later."""
    if len(content) > MAX_BYTES:
        return TOO_LARGE
    if not content:
        return EMPTY
    found = media_type(content)
    return WRONG_TYPE if found is None else sheets.unreadable(content, found) or found


def body(session: Session, content: bytes) -> str:
    """Keep a content, once; its digest. Until the caller's transaction ends nobody forgets it for want of a name."""
    session.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(_NAMING, 0))))
    digest = hashlib.sha256(content).hexdigest()
    session.execute(upsert(attachment_body).values(sha256=digest, content=content).on_conflict_do_nothing())
    return digest


_NAMING = "contents of attachments"


def one_at_a_time(session: Session, actor: Actor) -> None:
    """Whoever uploads as this actor waits until this transaction has ended: what is counted against a limit stays so."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"uploads {actor.id}", 0))))


def _judged(
    session: Session, actor: Actor, content: bytes, media_type: str, trust: Anchors | None, now: datetime
) -> dict[str, Any] | None:
    """None for a file without a signature. Each judgement costs a process: so many an hour for one person."""
    if trust is None or media_type != "application/pdf" or not uploaded.has_signature(content):
        return None
    lately = attachment.c.owner == actor.id, attachment.c.uploaded_at > now - timedelta(hours=1)
    judged = session.scalar(
        select(func.count()).select_from(attachment).where(*lately, attachment.c.signatures.is_not(None))
    )
    if int(judged or 0) >= MAX_JUDGED:
        return {"verdict": "unreadable", "signatures": []}
    found = uploaded.judged(content, trust)
    return None if found["verdict"] == "unsigned" else found


def read(session: Session, actor: Actor, attachment_id: uuid.UUID, *, now: datetime) -> File | Rejected:
    """The file, for whoever uploaded it, or once it is handed in for those who see its dossier in full, whoever uploaded it;
    the look is logged. Commits."""
    row = session.execute(
        select(attachment, attachment_body.c.content)
        .join(attachment_body, attachment_body.c.sha256 == attachment.c.sha256)
        .where(attachment.c.id == attachment_id)
    ).first()
    if row is None:
        return UNKNOWN
    if row.dossier_id is None:
        if row.owner != actor.id:
            return UNKNOWN
    elif visible.sight(session, actor, row.dossier_id) not in ("full", "own"):
        return UNKNOWN
    else:
        code = session.scalar(select(dossier.c.code).where(dossier.c.id == row.dossier_id))
        looks.record(session, actor, "attachment", [str(code)], now=now)
    return File(row.name, row.media_type, bytes(row.content))


def free(
    session: Session, actor: Actor, ids: Sequence[str], dossier_id: int | None = None
) -> Rejected | None:
    """None if every id is a file of the actor's that no other dossier holds; else all that are not, at once.

    The system names no files but those it has `copied`.
    """
    if not ids:
        return None
    wanted = {id: _as_uuid(id) for id in ids}
    rows = session.execute(
        select(attachment.c.id, attachment.c.owner, attachment.c.dossier_id)
        .where(attachment.c.id.in_([found for found in wanted.values() if found]))
        .with_for_update()
    )
    known = {
        row.id: (row.dossier_id is None and (row.owner == actor.id or actor.kind == "system"))
        or (dossier_id is not None and row.dossier_id == dossier_id)
        for row in rows
    }
    strange = [id for id, found in wanted.items() if not known.get(found)]
    if not strange:
        return None
    problems = tuple(Problem(id[:60], UNKNOWN.code, UNKNOWN.vi, UNKNOWN.en) for id in strange)
    return Rejected(UNKNOWN.code, UNKNOWN.vi, UNKNOWN.en, problems)


def misfit(component: Component, media_type: str, size: int) -> Rejected | None:
    """What is wrong with a file as one of this component's (dialect, `components.accept` and `max_mb`)."""
    if size > component.max_bytes:
        most = component.max_bytes // 1_000_000
        return Rejected(
            "too_large",
            f"tệp lớn hơn {most} MB; hãy chụp ở cỡ nhỏ hơn, hoặc tách thành nhiều tệp",
            f"the file is larger than {most} MB; take the picture smaller, or split it into several files",
        )
    if media_type not in component.media:
        names = ", ".join(MEDIA_NAMES.get(media, media) for media in component.media)
        return Rejected("attachment_type", f"chỉ nhận tệp {names}", f"expected a file of {names}")
    return None


def misfits(session: Session, definition: Definition, events: Iterable[Event]) -> Rejected | None:
    """Refuses new files that their component does not take, all at once. What is reused from the state's own records, and a
    scan that our officer signed, is as it is. Asked before the files belong to the dossier."""
    parts = {part.code: part for part in definition.components}
    problems = []
    for event in events:
        if not isinstance(event, ComponentReceived) or event.code not in parts or event.digitised >= REUSED:
            continue
        part = parts[event.code]
        if len(event.attachments) > MAX_FILES:
            problems.append(_of_part(part, TOO_MANY))
        rows = session.execute(
            select(attachment.c.name, attachment.c.media_type, attachment.c.size)
            .where(attachment.c.id.in_([found for id in event.attachments if (found := _as_uuid(id))]))
            .where(attachment.c.dossier_id.is_(None), attachment.c.signed_by.is_(None))
            .order_by(attachment.c.uploaded_at, attachment.c.name)
        )
        problems += [
            _of_part(part, wrong, row.name[-80:])
            for row in rows
            if (wrong := misfit(part, row.media_type, row.size))
        ]
    if not problems:
        return None
    said, said_en = (" ".join(getattr(one, words) for one in problems) for words in ("vi", "en"))
    return Rejected(problems[0].code, said, said_en, tuple(problems))


def _of_part(part: Component, no: Rejected, name: str = "") -> Problem:
    vi, en = (f"tệp “{name}”: ", f"the file “{name}”: ") if name else ("", "")
    return Problem(part.code, no.code, f"{part.name}: {vi}{no.vi}.", f"{part.name}: {en}{no.en}.")


def handed_in(events: Iterable[Event]) -> list[str]:
    """The files that a decision takes into the dossier: of papers, and those that answers name."""
    ids: list[str] = []
    for event in events:
        if isinstance(event, ComponentReceived | ConversationPosted):
            ids += event.attachments
        elif isinstance(event, AnswersRecorded):
            ids += event.files
    return ids


def known(
    session: Session, actor: Actor, ids: Sequence[str], dossier_id: int | None = None
) -> dict[str, Mapping[str, object]]:
    """By id, {id, name, size, media_type, signatures} of those files that are the actor's own or the dossier's.

    Asked with a dossier that the actor may see in full.
    """
    wanted = [found for id in ids if (found := _as_uuid(id))]
    if not wanted:
        return {}
    seen = attachment.c.owner == actor.id
    if dossier_id is not None:
        seen = seen | (attachment.c.dossier_id == dossier_id)
    columns = [attachment.c[name] for name in ("id", "name", "size", "media_type", "signatures")]
    rows = session.execute(select(*columns).where(attachment.c.id.in_(wanted), seen)).mappings()
    return {str(row["id"]): {**row, "id": str(row["id"])} for row in rows}


def copied(session: Session, ids: Sequence[str], answers: Mapping[str, object]) -> dict[str, object]:
    """The answers with new attachments of the same content, for another dossier to take: each dossier is erased alone."""
    twins = {id: twin(session, id) for id in ids if _as_uuid(id)}
    return {name: _renamed(value, twins) for name, value in answers.items()}


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, Mapping):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def twin(session: Session, attachment_id: str) -> str:
    """The same file once more, to be handed in with a dossier while the first stays where it is; its id. No commit."""
    new = uuid.uuid4()
    columns = [column for column in attachment.c if column.name not in ("id", "dossier_id")]
    source = select(literal(new), *columns).where(attachment.c.id == uuid.UUID(attachment_id))
    session.execute(insert(attachment).from_select(["id", *(column.name for column in columns)], source))
    return str(new)


def copy_of(session: Session, actor: Actor, attachment_id: str, *, now: datetime) -> dict[str, object]:
    """A file that the actor may see, as a new upload of the actor's; no commit."""
    new = twin(session, attachment_id)
    mine = attachment.c.id == uuid.UUID(new)
    session.execute(update(attachment).where(mine).values(owner=actor.id, uploaded_at=now))
    row = session.execute(select(attachment).where(mine)).mappings().one()
    return {**row, "id": new}


def forget_unused(session: Session, now: datetime) -> int:
    """Remove uploads that no dossier (no mandate, no e-store) took in a week; says how many. Commits."""
    old = delete(attachment).where(
        attachment.c.dossier_id.is_(None),
        attachment.c.uploaded_at < now - UNUSED_FOR,
        ~exists().where(mandate.c.paper == attachment.c.id),
        ~exists().where(own_paper.c.id == attachment.c.id),
    )
    removed = session.execute(old).rowcount  # type: ignore[attr-defined]
    session.commit()
    return int(removed)


def forget_unnamed(session: Session) -> int:
    """Remove contents that no attachment names any more; says how many. Reads them all (by index): a task of the night.

    They are looked for beside the uploads, which wait only while the few found are removed. Commits.
    """
    unnamed = ~exists().where(attachment.c.sha256 == attachment_body.c.sha256)
    found = session.scalars(select(attachment_body.c.sha256).where(unnamed)).all()
    session.commit()
    removed = 0
    for first in range(0, len(found), MOST_FORGOTTEN):
        some = found[first : first + MOST_FORGOTTEN]
        # An upload of the same content is under way? It will have a name for it: look again once it has.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_NAMING, 0))))
        gone = session.execute(delete(attachment_body).where(attachment_body.c.sha256.in_(some), unnamed))
        removed += gone.rowcount  # type: ignore[attr-defined]
        session.commit()
    return removed


def media_type(content: bytes) -> str | None:
    """What the content is, None for what is no paper."""
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        return None
    return found if found in EXTENSIONS else None


def clean_name(name: str, media_type: str) -> str:
    """A file name that is safe to show and to save: no path, no control characters, the content's own extension."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/")
    plain = "".join(char for char in PurePosixPath(plain).name if unicodedata.category(char)[0] != "C")
    stem = re.sub(r'[<>:"|?*]', "_", PurePosixPath(plain).stem).strip(" .")[:100]
    return (stem or "tep") + EXTENSIONS[media_type]


def _waiting(session: Session, actor: Actor) -> int:
    """Bytes that the actor has uploaded and not handed in; the e-store has a limit of its own."""
    stored = exists().where(own_paper.c.id == attachment.c.id)
    mine = attachment.c.owner == actor.id, attachment.c.dossier_id.is_(None), ~stored
    return int(session.scalar(select(func.coalesce(func.sum(attachment.c.size), 0)).where(*mine)) or 0)


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
