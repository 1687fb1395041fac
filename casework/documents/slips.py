"""Statutory slips (Mẫu 01-04) signed by key by the officer who gives them, numbered when they were issued (books.py).

    ask        page: which slips of a dossier, one PIN -> a batch, its outbox row
    carry_out  worker: typeset, one authorisation for all, signed files kept

Without a signature a slip prints to be signed by hand, and says so. A signature changes no step: a worker that dies leaves
the row, and the work is done again whole.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework import accounts, printing
from casework.documents import content, files, preparing, sealing
from casework.documents.preparing import SIGNER, NotSigned
from casework.documents.signing import NO_PIN, NOTHING, PATIENCE
from casework.papers import PaperFailed
from engine.actor import Actor
from engine.local import local_day
from engine.rejection import Rejected
from national.ports import Holder, Signing, SigningRefused
from store import outbox
from store.outbox import Job
from store.queries import dossiers, people
from store.tables import dossier, signing_batch, slip

PAPERS = ("01", "02", "03", "04")
TOPIC = "sign.slips"


def to_sign(row: Mapping[str, Any], log: Sequence[Mapping[str, Any]], actor: Actor) -> list[str]:
    """The slips of a dossier (`row` of store.queries.dossiers.one, seen in full) that wait for the actor's own signature."""
    return [
        one["code"]
        for one in row["papers"]
        if one["code"] in PAPERS
        and one["state"] in ("unsigned", "failed")
        and printing.signatory(log, one["code"])[1] == actor.id
    ]


def ask(
    session: Session,
    actor: Actor,
    code: str,
    papers: Collection[str],
    pin: str,
    *,
    secret: str,
    now: datetime,
) -> Rejected | None:
    """Have these slips of a dossier signed; commits. What is signed, on its way or another's is passed over."""
    if not pin.strip():
        return NO_PIN
    row = dossiers.one(session, actor, code, now=now)
    if isinstance(row, Rejected):
        return row
    session.execute(select(dossier.c.id).where(dossier.c.id == row["id"]).with_for_update())
    row = dossiers.one(session, actor, code, now=now)
    if isinstance(row, Rejected):
        return row
    log = dossiers.events(session, row["id"]) if row["sight"] == "full" else []
    wanted = [paper for paper in to_sign(row, log, actor) if paper in papers] if log else []
    if not wanted:
        session.rollback()
        return NOTHING
    batch = uuid.uuid4()
    kept = {"id": batch, "account": actor.id, "pin": sealing.seal(secret, pin.strip()), "asked_at": now}
    session.execute(insert(signing_batch).values(kept))
    for one in row["papers"]:
        if one["code"] in wanted:
            key = {"dossier_id": row["id"], "seq": one["seq"], "paper": one["code"]}
            asked = {"state": "waiting", "problem": "", "batch": batch}
            made = upsert(slip).values(**key, **asked)
            session.execute(made.on_conflict_do_update(index_elements=list(key), set_=asked))
    outbox.put(session, TOPIC, {"batch": str(batch)}, now=now, dossier_id=row["id"])
    session.commit()
    return None


def carry_out(session: Session, outside: Signing | None, job: Job, now: datetime) -> None:
    """Sign what still waits in the batch; settles the row, the caller commits.

    Raises Unreachable: nothing is kept, and the row is tried again.
    """
    batch = session.execute(
        select(signing_batch)
        .where(signing_batch.c.id == uuid.UUID(str(job.payload["batch"])))
        .with_for_update()
    ).one()
    actor = accounts.officer_named(session, batch.account, now=now)
    mine = slip.c.batch == batch.id, slip.c.state == "waiting"
    waiting = session.execute(select(slip).where(*mine).order_by(slip.c.paper).with_for_update()).all()
    if outside is None or actor is None:
        _fail(session, batch.id, "signer_gone" if outside else "no_signing_service")
    elif (pin := sealing.opened(outside.secret, bytes(batch.pin or b""))) is None:
        _fail(session, batch.id, "pin_lost")
    elif waiting:
        try:
            _sign(session, outside, actor, pin, waiting, now)
        except NotSigned as failed:
            _fail(session, batch.id, str(failed))
        except SigningRefused as refused:
            _fail(session, batch.id, refused.code)
    _close(session, batch.id, job, now)


def give_up(session: Session, job: Job, now: datetime) -> bool:
    """Whether the batch has waited for too long: then it fails by name, its PIN is emptied, its row settled."""
    batch = uuid.UUID(str(job.payload["batch"]))
    asked_at = session.scalar(select(signing_batch.c.asked_at).where(signing_batch.c.id == batch))
    if asked_at is None or now - asked_at < PATIENCE:
        return False
    _fail(session, batch, "signing_unreachable")
    _close(session, batch, job, now)
    return True


def _sign(
    session: Session, outside: Signing, actor: Actor, pin: str, waiting: Sequence[Row[Any]], now: datetime
) -> None:
    """All of a batch are of one dossier and one signer. Raises NotSigned, SigningRefused, Unreachable."""
    from casework.documents import pades

    code = session.scalar(select(dossier.c.code).where(dossier.c.id == waiting[0].dossier_id))
    row = dossiers.one(session, actor, str(code), now=now)
    if isinstance(row, Rejected) or row["applicant"] is None:
        raise NotSigned("signer_gone")
    made = [_prepared(session, outside, actor, row, one.paper, now) for one in waiting]
    signed = pades.sign_all([to_sign for to_sign, _ in made], outside.service, pin, outside.stamps)
    for one, (_, rooms), pdf in zip(waiting, made, signed, strict=True):
        name = files.keep(session, one.dossier_id, printing.file_code(one.paper), pdf, rooms, now=now)
        this = slip.c.dossier_id == one.dossier_id, slip.c.seq == one.seq, slip.c.paper == one.paper
        done = {"state": "signed", "problem": "", "file": name, "signed_by": actor.id, "signed_at": now}
        session.execute(update(slip).where(*this).values(done))


def _prepared(  # type: ignore[no-untyped-def]
    session: Session, outside: Signing, actor: Actor, row: Mapping[str, Any], paper: str, now: datetime
):
    """A slip typeset with the signer's signature over the name, and its rooms."""
    from casework.documents.pades import Box, ToSign

    try:
        made = printing.slip(session, row, paper, public_url=outside.public_url, now=now, electronic=True)
    except PaperFailed as failed:
        raise NotSigned(failed.code) from failed
    room = next(one for one in made.rooms if one["kind"] == "signature")
    box = Box(int(room["page"]), room["x"], room["y"], room["width"], room["height"])
    mark, _ = preparing.written(session, outside, actor, box.width, box.height)
    agency = row["agency"]
    title = people.title(session, actor.id, agency["code"], local_day(now))
    holder = Holder(actor.id, "person", actor.name, agency["name"], title)
    return ToSign(made.pdf, holder, SIGNER, box, mark, place=content.place_of(agency["name"])), made.rooms


def _fail(session: Session, batch: uuid.UUID, problem: str) -> None:
    mine = slip.c.batch == batch, slip.c.state == "waiting"
    session.execute(update(slip).where(*mine).values(state="failed", problem=problem))


def _close(session: Session, batch: uuid.UUID, job: Job, now: datetime) -> None:
    mine = signing_batch.c.id == batch
    session.execute(update(signing_batch).where(mine).values(pin=None, ended_at=now))
    outbox.settle(session, job.job_id, now)
