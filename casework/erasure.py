"""Forgetting a person: what a closed dossier holds of its people is emptied, the log and its proof stay whole.

Events name digests keyed with the dossier's salt; with bodies and salt gone they say nothing, and no row of the log and no
hash has changed. Nghị định 13/2023/NĐ-CP art. 16 lets a person ask for it; archive law decides when (dossiers are kept
first), which is why an admin gives the order. Every table that belongs to a dossier stands in one of the lists here
(tests/house holds us to it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Table, delete, exists, insert, select, text, update
from sqlalchemy.orm import Session

from casework import errors, petition_course, petitions
from casework.permits import FORBIDDEN
from engine import event_codec, snapshot
from engine.actor import Actor
from engine.rejection import REASON_REQUIRED, Rejected
from store import tables
from store.folding import dossier_key
from store.tables.work import CANCELLED, task_id

STILL_OPEN = Rejected(
    "dossier_open",
    "Chỉ xóa được dữ liệu cá nhân của hồ sơ đã kết thúc.",
    "Expected a closed dossier, but it is still being handled.",
)

REMOVED: tuple[Table, ...] = (
    tables.notification,
    tables.attachment,
    tables.collection,
    tables.conversation_read,
    tables.signing_piece,
)
BLANKED: Mapping[Table, Mapping[str, object]] = {
    tables.answers: {"body": None},
    tables.task: {"item": None},
    tables.hand_over: {"reason": ""},
    tables.message_wait: {"correlation": None},
    tables.component_given: {"source": ""},
    tables.result: {"title": ""},
    tables.shipment: {"recipient": None, "trail": []},
    tables.certified_copy: {"title": ""},
    tables.document_version: {"body": None},
    tables.document_remark: {"body": None},
    tables.document_file: {"content": None},
    tables.outbox: {
        "payload": tables.outbox.c.payload.op("-")("correlation"),
        "result": None,
        "last_error": "",
    },
}
SPECIAL = frozenset({tables.dossier_sight, tables.dossier_snapshot})  # `_empty` says what becomes of them
KEPT: Mapping[Table, str] = {
    tables.conversation: "who wrote when; the words are a body",
    tables.document: "the code that checks a result",
    tables.event_log: "digests and codes",
    tables.fee_due: "codes and amounts",
    tables.fee_payment: "amounts, moments, numbers of receipts",
    tables.hand_over_line: "which list the paper went on",
    tables.delivery: "what was sent by which way, its address masked",
    tables.payment_session: "amounts, moments, codes of the gateway",
    tables.note: "who wrote when; the words are a body",
    tables.paper: "which papers were issued",
    tables.rated: "that it was rated",
    tables.result_initial: "who initialled when",
    tables.reserved_number: "a number and a code",
    tables.scan_signing: "which scan was signed; codes and ids",
    tables.sealed_head: "the proof",
    tables.slip: "numbers, and when they were signed",
    tables.signing: "which step was signed; codes and digests",
    tables.supplement_request: "dates and a digest",
    tables.timer: "element ids and moments",
    tables.walk_in: "the officer, and whether help was given",
}


@dataclass(frozen=True)
class Erased:
    """`plain_rows`: rows of the log that an earlier release wrote with reasons and notes in plain text; no page shows them
    any more, but the log cannot be changed. `related`: parent and child dossiers, which hold data of their own.
    """

    plain_rows: int
    related: tuple[str, ...]


def erase(session: Session, actor: Actor, code: str, reason: str, *, now: datetime) -> Erased | Rejected:
    """Empty every body, file, notice and name of one closed dossier; commits. Leaves one row in the look log.

    `reason` is kept: it names the request (number, day), never the person.
    """
    if actor.kind != "admin":
        return FORBIDDEN
    if not reason.strip():
        return REASON_REQUIRED
    if code.startswith("PA-"):
        return _petition(session, actor, code, reason, now)
    _lock_jobs(session, code)
    dossier = tables.dossier.c
    row = session.execute(
        select(dossier.id, dossier.closed, dossier.parent).where(dossier.code == code).with_for_update()
    ).first()
    if row is None or not row.closed:
        session.rollback()
        return errors.UNKNOWN_DOSSIER if row is None else STILL_OPEN
    _empty(session, row.id, code, now)
    _note(session, actor, code, reason, now)
    children = session.scalars(select(dossier.code).where(dossier.parent == code).order_by(dossier.code))
    done = Erased(_plain_rows(session, row.id), (*filter(None, [row.parent]), *children))
    session.commit()
    return done


def _petition(session: Session, actor: Actor, code: str, reason: str, now: datetime) -> Erased | Rejected:
    """The same for a complaint or proposal that is finished."""
    if not petitions.erase(session, code):
        session.rollback()
        return petition_course.UNKNOWN
    _note(session, actor, code, reason, now)
    session.commit()
    return Erased(0, ())


def _note(session: Session, actor: Actor, code: str, reason: str, now: datetime) -> None:
    page = f"erase: {reason.strip()[:200]}"
    session.execute(insert(tables.look_log).values(at=now, account=actor.id, page=page, dossiers=[code]))


def _lock_jobs(session: Session, code: str) -> None:
    """Jobs lock their outbox row first, then the dossier: so do we, and nobody waits in a circle."""
    mine = select(tables.dossier.c.id).where(tables.dossier.c.code == code).scalar_subquery()
    session.execute(
        select(tables.outbox.c.id).where(tables.outbox.c.dossier_id == mine).with_for_update()
    ).all()


def _empty(session: Session, dossier_id: int, code: str, now: datetime) -> None:
    body, attachment = tables.attachment_body, tables.attachment
    files = session.scalars(select(attachment.c.sha256).where(attachment.c.dossier_id == dossier_id)).all()
    for table, values in BLANKED.items():
        session.execute(update(table).where(table.c.dossier_id == dossier_id).values(**values))
    for table in REMOVED:
        session.execute(delete(table).where(table.c.dossier_id == dossier_id))
    nobody = {"applicant_name": "", "applicant_account": None, "mandate": None, "salt": None}
    session.execute(update(tables.dossier).where(tables.dossier.c.id == dossier_id).values(**nobody))
    sight, task, outbox = tables.dossier_sight, tables.task, tables.outbox
    session.execute(
        update(sight).where(sight.c.dossier_id == dossier_id).values(search_key=dossier_key("", code))
    )
    written = task.c.dossier_id == dossier_id, task.c.state != CANCELLED  # there the note is a code of ours
    session.execute(update(task).where(*written).values(note=""))
    unheard = outbox.c.dossier_id == dossier_id, outbox.c.topic.like("message%"), outbox.c.done_at.is_(None)
    session.execute(update(outbox).where(*unheard).values(done_at=now))
    _empty_snapshot(session, dossier_id)
    _drafts(session, dossier_id, code)
    session.execute(delete(tables.idempotency).where(tables.idempotency.c.dossier_code == code))
    elsewhere = exists().where(attachment.c.sha256 == body.c.sha256)
    session.execute(delete(body).where(body.c.sha256.in_(files), ~elsewhere))


def _empty_snapshot(session: Session, dossier_id: int) -> None:
    """Loop items stand in the state and in the diagram's position; a closed dossier needs neither."""
    kept = tables.dossier_snapshot
    old = session.scalar(select(kept.c.body).where(kept.c.dossier_id == dossier_id))
    if old is not None:
        bare = replace(snapshot.load(bytes(old)), items={}, flow=b"")
        session.execute(update(kept).where(kept.c.dossier_id == dossier_id).values(body=snapshot.dump(bare)))


def _drafts(session: Session, dossier_id: int, code: str) -> None:
    """The draft it was filed from (only its name is left), and what officers began to write at its steps."""
    draft = tables.draft
    session.execute(delete(draft).where(draft.c.body["filed"].astext == code))
    at_its_steps = draft.c.task_id.between(task_id(dossier_id, 0), task_id(dossier_id + 1, 0) - 1)
    session.execute(delete(draft).where(at_its_steps))


def _plain_rows(session: Session, dossier_id: int) -> int:
    rows = session.scalar(
        text("""
            select count(distinct l.seq) from event_log l cross join lateral json_array_elements(l.events) event
            where l.dossier_id = :id and event ->> 'type' = any(:types) and cast(event as jsonb) ?| :words
        """),
        {"id": dossier_id, "types": list(event_codec.WORDS_OF), "words": list(event_codec.WORDS)},
    )
    return int(rows or 0)
