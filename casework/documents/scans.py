"""Scans signed by the officer who made them (TT 01/2023/TT-VPCP: người số hóa ký số, chịu trách nhiệm về tính đầy đủ, toàn vẹn).

    waiting    page: what I scanned and have not signed
    ask        page: which scans, one PIN -> a batch, its outbox row
    carry_out  worker: pictures become PDF/A, one authorisation for all, the signed files kept
    effect     worker: the signed files take the scans' places in the dossier, by an order in the officer's name

As with results, a signature between the last two counts for nothing. The scan itself stays with the dossier, unlisted.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Row, insert, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework import accounts, attachments, sheets
from casework.documents import sealing
from casework.documents.preparing import NotSigned
from casework.documents.signing import NO_PIN, PATIENCE
from casework.papers import PaperFailed, render_mark, render_picture
from engine.actor import Actor
from engine.commands import ComponentGiven, RecordPapers
from engine.local import LOCAL, local_day
from engine.rejection import Rejected
from national.ports import Holder, Signing, SigningRefused
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


def carry_out(session: Session, outside: Signing | None, job: Job, now: datetime) -> None:
    """Sign what still waits in the batch, and ask for its effect; settles the row, the caller commits.

    Raises Unreachable: nothing is kept, and the row is tried again.
    """
    batch = session.execute(
        select(signing_batch)
        .where(signing_batch.c.id == uuid.UUID(str(job.payload["batch"])))
        .with_for_update()
    ).one()
    actor = accounts.officer_named(session, batch.account, now=now)
    rows = counter.scans_of_batch(session, batch.id, state="waiting")
    if outside is None or actor is None:
        _fail(session, batch.id, "signer_gone" if outside else "no_signing_service", now)
    elif (pin := sealing.opened(outside.secret, bytes(batch.pin or b""))) is None:
        _fail(session, batch.id, "pin_lost", now)
    else:
        ready: dict[Holder, list[tuple[Mapping[str, Any], Any]]] = defaultdict(list)
        for row in rows:
            try:
                to_sign = _prepared(session, actor, row, now)
                ready[to_sign.holder].append((row, to_sign))
            except NotSigned as failed:
                _fail(session, batch.id, str(failed), now, row["scan"])
        for group in ready.values():
            _sign(session, outside, batch, pin, group, now)
    session.execute(update(signing_batch).where(signing_batch.c.id == batch.id).values(pin=None))
    _close(session, batch.id, now)
    outbox.settle(session, job.job_id, now)


def give_up(session: Session, job: Job, now: datetime) -> bool:
    """Whether the batch has waited for too long: then it fails by name, its PIN is emptied, its row settled."""
    batch = uuid.UUID(str(job.payload["batch"]))
    mine = signing_batch.c.id == batch
    if now - session.execute(select(signing_batch.c.asked_at).where(mine)).scalar_one() < PATIENCE:
        return False
    _fail(session, batch, "signing_unreachable", now)
    session.execute(update(signing_batch).where(mine).values(pin=None))
    _close(session, batch, now)
    outbox.settle(session, job.job_id, now)
    return True


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
            _fail(session, batch, "signer_gone" if actor is None else "scan_gone", now, item.scan)
            continue
        swapped = tuple(str(item.signed) if one == str(item.scan) else one for one in part.attachments)
        changed[item.component] = replace(part, attachments=swapped)
    _close(session, batch, now)
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
    _close(session, batch, now)


def _prepared(session: Session, actor: Actor, row: Mapping[str, Any], now: datetime):  # type: ignore[no-untyped-def]
    """One scan as a PDF that can be signed, with the officer's mark at the top right of its first page.

    A mark says who signed and when, to the second with the time zone (NĐ 30/2020/NĐ-CP, phụ lục I, mục IV).
    """
    from casework.documents.pades import Box, ToSign

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
    return ToSign(pdf, Holder(actor.id, "person", actor.name, agency, title), FIELD, box, mark)


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


def _sign(
    session: Session,
    outside: Signing,
    batch: Row[Any],
    pin: str,
    group: Sequence[tuple[Mapping[str, Any], Any]],
    now: datetime,
) -> None:
    from casework.documents import pades

    try:
        signed = pades.sign_all([one for _, one in group], outside.service, pin, outside.stamps)
    except SigningRefused as refused:
        for row, _ in group:
            _fail(session, batch.id, refused.code, now, row["scan"])
        return
    for (row, _), pdf in zip(group, signed, strict=True):
        file = _keep(session, batch.account, row, pdf, now)
        session.execute(
            update(scan_signing)
            .where(scan_signing.c.batch == batch.id, scan_signing.c.scan == row["scan"])
            .values(state="signed", signed=file)
        )
    for dossier_id in sorted({row["dossier_id"] for row, _ in group}):
        outbox.put(session, "scan.effect", {"batch": str(batch.id)}, now=now, dossier_id=dossier_id)


def _keep(session: Session, account: str, row: Mapping[str, Any], pdf: bytes, now: datetime) -> uuid.UUID:
    digest, file = hashlib.sha256(pdf).hexdigest(), uuid.uuid4()
    session.execute(upsert(attachment_body).values(sha256=digest, content=pdf).on_conflict_do_nothing())
    session.execute(
        insert(attachment).values(
            id=file,
            sha256=digest,
            name=f"{PurePosixPath(row['name']).stem}.pdf",
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
    return ComponentGiven(said["code"], tuple(said["attachments"]), **counts)


def _fail(
    session: Session, batch: uuid.UUID, problem: str, now: datetime, scan: uuid.UUID | None = None
) -> None:
    """One scan of the batch, or all that are on the way."""
    mine = scan_signing.c.batch == batch, scan_signing.c.state.in_(("waiting", "signed"))
    session.execute(
        update(scan_signing)
        .where(*mine, true() if scan is None else scan_signing.c.scan == scan)
        .values(state="failed", problem=problem, ended_at=now)
    )


def _close(session: Session, batch: uuid.UUID, now: datetime) -> None:
    """The batch has ended when none of its scans is on the way."""
    left = select(scan_signing.c.scan).where(
        scan_signing.c.batch == batch, scan_signing.c.state.in_(("waiting", "signed"))
    )
    if session.execute(left.limit(1)).first() is None:
        session.execute(update(signing_batch).where(signing_batch.c.id == batch).values(ended_at=now))
