"""Scans signed by the officer who made them (TT 01/2023/TT-VPCP: người số hóa ký số, chịu trách nhiệm về tính đầy đủ, toàn vẹn).

    waiting    page: what I scanned and have not signed
    ask        page: which scans, one PIN -> a batch, its outbox row
    SCANS      worker: pictures become PDF/A, one authorisation for all, the signed files kept (batches.py)
    effect     worker: the signed files take the scans' places in the dossier, by an order in the officer's name

As with results, a signature between the last two counts for nothing. The scan itself stays with the dossier, unlisted.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from casework import accounts, attachments, sheets
from casework.documents import batches, sealing
from casework.documents.preparing import NotSigned, Piece
from casework.documents.signing import NO_PIN
from casework.papers import PaperFailed, render_mark, render_picture
from engine.actor import Actor
from engine.commands import RecordPapers
from engine.declared import ComponentGiven
from engine.local import LOCAL, local_day
from engine.rejection import Rejected
from national.ports import Holder, Signing
from store import load, outbox
from store.outbox import Job
from store.queries import counter, people
from store.tables import attachment, attachment_body, component_given, scan_signing, signing_batch

MOST = 100  # scans of one batch
MOST_BYTES = 150_000_000  # held in memory together, because one PIN signs them together
FIELD = "NguoiSoHoa"
MARK_WIDTH, MARK_HEIGHT, MARK_MARGIN = 215.0, 48.0, 8.0  # points; top right of the first page

NO_SCAN = Rejected("nothing_to_sign", "Chưa chọn bản quét nào.", "Expected at least one scan.")
TOO_MANY = Rejected(
    "too_many_documents",
    f"Mỗi lần ký tối đa {MOST} bản quét, tổng cộng {MOST_BYTES // 1_000_000} MB.",
    f"Expected at most {MOST} scans of {MOST_BYTES // 1_000_000} MB together.",
)


def ask(
    session: Session,
    actor: Actor,
    agencies: Sequence[str],
    scans: Sequence[str],
    pin: str,
    *,
    secret: str,
    now: datetime,
) -> uuid.UUID | Rejected:
    """A batch of scans that the actor made at these counters; commits. Others' scans are passed over."""
    wanted = set(scans)
    found = [row for row in counter.scans_to_sign(session, actor.id, agencies) if str(row["id"]) in wanted]
    if not found:
        return NO_SCAN
    if len(found) > MOST or sum(row["size"] for row in found) > MOST_BYTES:
        return TOO_MANY
    if not pin.strip():
        return NO_PIN
    batch = uuid.uuid4()
    kept = {"id": batch, "account": actor.id, "pin": sealing.seal(secret, pin.strip()), "asked_at": now}
    session.execute(insert(signing_batch).values(kept))
    items = [
        {
            "batch": batch,
            "scan": row["id"],
            "dossier_id": row["dossier_id"],
            "component": row["component"],
            "state": "waiting",
        }
        for row in found
    ]
    session.execute(insert(scan_signing), items)
    outbox.put(session, "sign.scans", {"batch": str(batch)}, now=now)
    session.commit()
    return batch


def effect(session: Session, job: Job, now: datetime) -> RecordPapers | None:
    """The order that puts a dossier's signed files in the scans' places, in the officer's name; None if none has a place.

    The dossier is locked, so that no paper recorded meanwhile is lost.
    """
    batch, dossier_id = uuid.UUID(str(job.payload["batch"])), job.dossier_id
    assert dossier_id is not None
    load.locked(session, dossier_id)
    mine = (scan_signing.c.batch == batch, scan_signing.c.dossier_id == dossier_id)
    items = session.execute(select(scan_signing).where(*mine, scan_signing.c.state == "signed")).all()
    account = session.scalar(select(signing_batch.c.account).where(signing_batch.c.id == batch))
    actor = accounts.officer_named(session, str(account), now=now)
    here = component_given.c.dossier_id == dossier_id
    given = {row.code: row for row in session.execute(select(component_given).where(here))}
    changed: dict[str, ComponentGiven] = {}
    for item in items:
        row = given.get(item.component)
        part = changed.get(item.component) or (_component(row) if row is not None else None)
        if actor is None or part is None or str(item.scan) not in part.attachments:
            problem = "signer_gone" if actor is None else "scan_gone"
            batches.fail(SCANS, session, batch, problem, now, [item.scan], ("signed",))
            continue
        swapped = tuple(str(item.signed) if one == str(item.scan) else one for one in part.attachments)
        changed[item.component] = replace(part, attachments=swapped)
    batches.close(SCANS, session, batch, now)
    return RecordPapers(actor, tuple(changed.values())) if actor is not None and changed else None


def ended(session: Session, job: Job, now: datetime, problem: str = "") -> None:
    """What became of a dossier's scans in the batch: done, or failed by a code. The caller commits."""
    batch = uuid.UUID(str(job.payload["batch"]))
    mine = (scan_signing.c.batch == batch, scan_signing.c.dossier_id == job.dossier_id)
    session.execute(
        update(scan_signing)
        .where(*mine, scan_signing.c.state == "signed")
        .values(state="failed" if problem else "done", problem=problem, ended_at=now)
    )
    batches.close(SCANS, session, batch, now)


def _ready(
    session: Session, outside: Signing, actor: Actor, batch: uuid.UUID, scan: uuid.UUID, now: datetime
) -> list[Piece]:
    """One scan as a PDF that can be signed, with the officer's mark at the top right of its first page.

    A mark says who signed and when, to the second with the time zone (NĐ 30/2020/NĐ-CP, phụ lục I, mục IV).
    """
    from casework.documents.pades import Box, ToSign

    row = next(one for one in counter.scans_of_batch(session, batch) if one["scan"] == scan)
    content = session.scalar(
        select(attachment_body.c.content).where(attachment_body.c.sha256 == row["sha256"])
    )
    if content is None:
        raise NotSigned("scan_gone")
    pdf, width = _as_pdf(bytes(content), row["media_type"], row["component_name"])
    agency = row["agency_name"]
    title = people.title(session, actor.id, row["agency"], local_day(now))
    at = now.astimezone(LOCAL)
    lines = [f"Số hóa, ký số: {actor.name}", agency, f"{at:%d/%m/%Y %H:%M:%S} {at.isoformat()[-6:]}"]
    try:
        mark = render_mark("corner", MARK_WIDTH, MARK_HEIGHT, lines=lines)
    except PaperFailed as failed:
        raise NotSigned(failed.code) from failed
    left = max(0.0, width - MARK_WIDTH - MARK_MARGIN)
    box = Box(1, left, MARK_MARGIN, MARK_WIDTH, MARK_HEIGHT)
    to_sign = ToSign(pdf, Holder(actor.id, "person", actor.name, agency, title), FIELD, box, mark)
    return [Piece(row["dossier_id"], "", to_sign)]


def _as_pdf(content: bytes, media_type: str, title: str) -> tuple[bytes, float]:
    """The scan as a plain PDF and the width of its first page in points: a picture as PDF/A, a PDF without what is no page."""
    if media_type != "application/pdf":
        try:
            content = render_picture(content, attachments.EXTENSIONS[media_type], title)
        except PaperFailed as failed:
            raise NotSigned("scan_unreadable") from failed
    try:
        return sheets.plain(content)
    except sheets.Signed:
        raise NotSigned("scan_already_signed") from None
    except ValueError:
        raise NotSigned("scan_unreadable") from None


def _keep(
    session: Session, batch: Row[Any], scan: uuid.UUID, made: Sequence[batches.Signed], now: datetime
) -> None:
    (one,) = made
    mine = (scan_signing.c.batch == batch.id, scan_signing.c.scan == scan, scan_signing.c.state == "waiting")
    file = _file(session, batch.account, scan, one.pdf, now)
    session.execute(update(scan_signing).where(*mine).values(state="signed", signed=file))
    payload = {"batch": str(batch.id)}
    outbox.put(session, "scan.effect", payload, now=now, dossier_id=one.piece.dossier_id)


def _file(session: Session, account: str, scan: uuid.UUID, pdf: bytes, now: datetime) -> uuid.UUID:
    digest, file = attachments.body(session, pdf), uuid.uuid4()
    name = session.scalar(select(attachment.c.name).where(attachment.c.id == scan)) or "scan"
    session.execute(
        insert(attachment).values(
            id=file,
            sha256=digest,
            name=f"{PurePosixPath(name).stem}.pdf",
            media_type="application/pdf",
            size=len(pdf),
            pages=sheets.pages(pdf, "application/pdf"),
            owner=account,
            uploaded_at=now,
            signed_by=account,
            signed_at=now,
        )
    )
    return file


def _component(row: Row[Any]) -> ComponentGiven:
    """What is here of a paper, as the order that says it again."""
    said = row._asdict()
    counts = {
        name: said[name]
        for name in ("originals", "certified", "copies", "pages", "kept", "digitised", "source")
    }
    return ComponentGiven(said["code"], tuple(said["attachments"]), **counts, matched=tuple(said["matched"]))


SCANS = batches.Kind(scan_signing, scan_signing.c.scan, _ready, _keep)
