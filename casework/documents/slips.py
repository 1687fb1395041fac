"""Statutory slips (Mẫu 01-04) signed by key, numbered when they were issued (books.py); Mẫu 04 and a decided Mẫu 03 are then
sealed for the agency (printing.of_agency).

    ask        page, API: which slips, one PIN -> a batch, its outbox row
    by_hand    page: what waited in the tray was signed on paper
    SLIPS      worker: typeset, one authorisation for all, signed files kept (batches.py)

Who gives a slip signs it; what nobody gave (a time limit ran out) waits in the tray of the agency's leaders, what is to be
sealed in that of those who seal its results. Without a signature a slip prints to be signed by hand, and says so. A signature
changes no step: it has no further effect.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Text, cast, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework import permits, printing
from casework.documents import batches, content, files, preparing, sealing
from casework.documents.checking import SEAL
from casework.documents.preparing import SIGNER, NotSigned, Piece
from casework.documents.signing import MOST, NO_PIN, NOTHING, TOO_MANY
from casework.papers import PaperFailed
from engine.actor import Actor
from engine.local import local_day
from engine.rejection import Rejected
from national.ports import Holder, Signing
from store import outbox
from store.queries import documents, dossiers, people
from store.tables import dossier, signing_batch, slip

PAPERS = ("01", "02", "03", "04")
TOPIC = "sign.slips"
Wanted = Mapping[str, Collection[str]]  # dossier code -> papers


def to_sign(
    session: Session, row: Mapping[str, Any], log: Sequence[Mapping[str, Any]], actor: Actor
) -> dict[str, Literal["signature", "seal"]]:
    """The slips of a dossier (`row` of store.queries.dossiers.one, seen in full) that wait for the actor, and for what."""
    found: dict[str, Literal["signature", "seal"]] = {}
    for one in row["papers"]:
        if one["code"] not in PAPERS or one["state"] == "waiting":
            continue
        if one["waits_for"]:
            if _holds(session, actor, one["agency"], one["waits_for"]):
                found[one["code"]] = one["waits_for"]
        elif one["state"] in ("unsigned", "failed") and printing.signatory(log, one["code"])[1] == actor.id:
            found[one["code"]] = "signature"
    return found


def tray(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """What waits for a leader's signature or for the seal at the actor's agencies, oldest first."""
    signature, seal = (
        sorted({post.agency for post in actor.posts if _holds(session, actor, post.agency, what)})
        for what in ("signature", "seal")
    )
    return documents.slips_waiting(session, signature=signature, seal=seal)


def ask(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    pin: str,
    *,
    secret: str,
    now: datetime,
    after: uuid.UUID | None = None,
) -> uuid.UUID | Rejected:
    """Have these slips signed or sealed; commits. What is done, on its way or another's is passed over.

    `after`: the batch of documents that was asked for with the same PIN, which is tried there first.
    """
    if not pin.strip():
        return NO_PIN
    found = _mine(session, actor, wanted, now)
    if isinstance(found, Rejected):
        return found
    if len(found) > MOST:
        return TOO_MANY
    batch = uuid.uuid4()
    kept = {"id": batch, "account": actor.id, "pin": sealing.seal(secret, pin.strip()), "asked_at": now}
    session.execute(insert(signing_batch).values(kept))
    asked = {"state": "waiting", "problem": "", "batch": batch, "tries": 0}
    taken = [
        session.scalar(
            upsert(slip)
            .values(**key, **asked)
            .on_conflict_do_update(
                index_elements=["dossier_id", "seq", "paper"],
                set_=asked,
                where=slip.c.state != "waiting",
            )
            .returning(slip.c.paper)
        )
        for key in found
    ]
    if not any(taken):
        session.rollback()
        return NOTHING
    payload = {"batch": str(batch)} | ({"after": str(after)} if after else {})
    outbox.put(session, TOPIC, payload, now=now, dossier_id=found[0]["dossier_id"])
    session.commit()
    return batch


def by_hand(session: Session, actor: Actor, wanted: Wanted, *, now: datetime) -> int | Rejected:
    """These were signed, or sealed, on paper: they wait in no tray any more; commits. How many."""
    found = _mine(session, actor, wanted, now)
    if isinstance(found, Rejected):
        return found
    for key in found:
        mine = [slip.c[name] == value for name, value in key.items()]
        session.execute(update(slip).where(*mine, slip.c.state != "waiting").values(waits_for=""))
    session.commit()
    return len(found)


def _mine(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> list[dict[str, Any]] | Rejected:
    """The keys of those slips that wait for the actor, in an order in which nobody waits for each other."""
    found = []
    for code, papers in wanted.items():
        row = dossiers.one(session, actor, code, now=now)
        if isinstance(row, Rejected):
            return row
        if row["sight"] == "full":
            mine = to_sign(session, row, dossiers.events(session, row["id"]), actor)
            found += [
                {"dossier_id": row["id"], "seq": one["seq"], "paper": one["code"]}
                for one in row["papers"]
                if one["code"] in mine and one["code"] in papers
            ]
    return sorted(found, key=lambda key: tuple(key.values())) or NOTHING


def _holds(session: Session, actor: Actor, agency: str, waits_for: str) -> bool:
    roles = permits.leaders(session) if waits_for == "signature" else documents.sealing_roles(session)
    return any(post.agency == agency and post.role in roles for post in actor.posts)


def _ready(
    session: Session, outside: Signing, actor: Actor, batch: uuid.UUID, item: str, now: datetime
) -> list[Piece]:
    """A slip typeset with room for the signer's signature over the name; or the signed file, to be sealed."""
    kept = _row(session, batch, item)
    code = session.scalar(select(dossier.c.code).where(dossier.c.id == kept.dossier_id))
    row = dossiers.one(session, actor, str(code), now=now)
    if isinstance(row, Rejected) or row["applicant"] is None:
        raise NotSigned("signer_gone")
    return [(_seal if kept.waits_for == "seal" else _signature)(session, outside, actor, row, kept, now)]


def _signature(
    session: Session, outside: Signing, actor: Actor, row: Mapping[str, Any], kept: Row[Any], now: datetime
) -> Piece:
    from casework.documents.pades import ToSign

    try:
        signer = actor.name, actor.id
        made = printing.slip(session, row, kept.paper, public_url=outside.public_url, now=now, signer=signer)
    except PaperFailed as failed:
        raise NotSigned(failed.code) from failed
    box = preparing.box(next(one for one in made.rooms if one["kind"] == "signature"))
    mark, width = preparing.written(session, outside, actor, box.width, box.height)
    agency = row["agency"]
    title = people.title(session, actor.id, agency["code"], local_day(now))
    seal = {SEAL: preparing.seal_box(box, width)} if _of_agency(session, kept) else {}
    to_sign = ToSign(
        made.pdf,
        Holder(actor.id, "person", actor.name, agency["name"], title),
        SIGNER,
        box,
        mark,
        keep_signatures=seal,
        place=content.place_of(agency["name"]),
    )
    return Piece(row["id"], printing.file_code(kept.paper), to_sign, rooms=made.rooms)


def _seal(
    session: Session, outside: Signing, actor: Actor, row: Mapping[str, Any], kept: Row[Any], now: datetime
) -> Piece:
    code = printing.file_code(kept.paper)
    pdf = files.content(session, row["id"], code, kept.file)
    if pdf is None:
        raise NotSigned("signed_on_paper")
    name = people.agency_names(session).get(kept.agency, kept.agency)
    to_sign = preparing.sealed(session, outside, (kept.agency, name), pdf, {})
    return Piece(row["id"], code, to_sign, rooms=files.rooms(session, row["id"], code, kept.file))


def _keep(
    session: Session, batch: Row[Any], item: str, made: Sequence[batches.Signed], now: datetime
) -> None:
    (one,) = made
    piece, kept = one.piece, _row(session, batch.id, item)
    name = files.keep(session, piece.dossier_id, piece.code, one.pdf, piece.rooms, now=now)
    next_ = "seal" if kept.waits_for != "seal" and _of_agency(session, kept) else ""
    agency = select(dossier.c.agency).where(dossier.c.id == kept.dossier_id).scalar_subquery()
    mine = slip.c.batch == batch.id, named == item, slip.c.state == "waiting"
    done = {"state": "done", "file": name, "ended_at": now, "waits_for": next_, "agency": agency}
    session.execute(update(slip).where(*mine).values(done))


def _of_agency(session: Session, kept: Row[Any]) -> bool:
    return printing.of_agency(dossiers.events(session, kept.dossier_id), kept.paper)


def _row(session: Session, batch: uuid.UUID, item: str) -> Row[Any]:
    return session.execute(select(slip).where(slip.c.batch == batch, named == item)).one()


named = cast(slip.c.dossier_id, Text) + ":" + slip.c.paper
SLIPS = batches.Kind(slip, named, _ready, _keep)
