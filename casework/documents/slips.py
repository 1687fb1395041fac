"""Statutory slips (Mẫu 01-04) signed by key by the officer who gives them, numbered when they were issued (books.py).

    ask        page: which slips of a dossier, one PIN -> a batch, its outbox row
    SLIPS      worker: typeset, one authorisation for all, signed files kept (batches.py)

Without a signature a slip prints to be signed by hand, and says so. A signature changes no step: it has no further effect.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework import printing
from casework.documents import batches, content, files, preparing, sealing
from casework.documents.preparing import SIGNER, NotSigned, Piece
from casework.documents.signing import NO_PIN, NOTHING
from casework.papers import PaperFailed
from engine.actor import Actor
from engine.local import local_day
from engine.rejection import Rejected
from national.ports import Holder, Signing
from store import outbox
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
            asked = {"state": "waiting", "problem": "", "batch": batch, "tries": 0}
            made = upsert(slip).values(**key, **asked)
            session.execute(made.on_conflict_do_update(index_elements=list(key), set_=asked))
    outbox.put(session, TOPIC, {"batch": str(batch)}, now=now, dossier_id=row["id"])
    session.commit()
    return None


def _ready(
    session: Session, outside: Signing, actor: Actor, batch: uuid.UUID, paper: str, now: datetime
) -> list[Piece]:
    """A slip typeset with room for the signer's signature over the name."""
    from casework.documents.pades import Box, ToSign

    mine = slip.c.batch == batch, slip.c.paper == paper
    code = session.scalar(select(dossier.c.code).join(slip, slip.c.dossier_id == dossier.c.id).where(*mine))
    row = dossiers.one(session, actor, str(code), now=now)
    if isinstance(row, Rejected) or row["applicant"] is None:
        raise NotSigned("signer_gone")
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
    to_sign = ToSign(made.pdf, holder, SIGNER, box, mark, place=content.place_of(agency["name"]))
    return [Piece(row["id"], printing.file_code(paper), to_sign, rooms=made.rooms)]


def _keep(
    session: Session, batch: Row[Any], paper: str, made: Sequence[batches.Signed], now: datetime
) -> None:
    (one,) = made
    piece = one.piece
    name = files.keep(session, piece.dossier_id, piece.code, one.pdf, piece.rooms, now=now)
    mine = slip.c.batch == batch.id, slip.c.paper == paper, slip.c.state == "waiting"
    session.execute(update(slip).where(*mine).values(state="done", file=name, ended_at=now))


SLIPS = batches.Kind(slip, slip.c.paper, _ready, _keep)
