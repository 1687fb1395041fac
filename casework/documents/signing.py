"""Signing in one go: asked for on a page, carried out by a worker, put into effect by the gate.

    ask        page: which tasks, one PIN -> a batch, its outbox row
    carry_out  worker: typeset, one authorisation for all, signed files kept; one row more an item
    effect     worker: the step is completed in the officer's name, with the file

Between the last two a signature exists that counts for nothing. Whoever dies in the middle leaves it so, and the work is
done again: one signature takes effect, the one that the completed step names.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

import forms
from casework import accounts, definitions, gate
from casework.documents import books, content, drafting, files, sealing
from casework.documents.checking import SEAL
from casework.papers import PaperFailed, render_mark
from engine.actor import Actor
from engine.commands import ClaimTask, CompleteTask, ResultMade
from engine.definition import Definition, Step
from engine.rejection import Rejected
from engine.step_kinds import KINDS
from national.ports import Holder, Signing, SigningRefused
from store import outbox
from store.outbox import Job
from store.queries import dossiers, inbox, people
from store.tables import signing, signing_batch
from store.tables.work import task_key

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
SIGNED_KINDS = ("sign", "stamp")
MOST = 100  # documents of one batch
SEAL_POINTS = 102.0  # 36 mm, the size of a commune's and a district's seal
SIGNER, NUMBER, DATE = "NguoiKy", "So", "Ngay"  # fields of the PDF; the seal's: checking.SEAL

NOTHING = Rejected("nothing_to_sign", "Chưa chọn văn bản nào.", "Expected at least one document.")
TOO_MANY = Rejected(
    "too_many_documents", f"Mỗi lần ký tối đa {MOST} văn bản.", f"Expected at most {MOST} documents."
)
NO_PIN = Rejected("pin_required", "Chưa nhập mã PIN.", "Expected a PIN.")


@dataclass(frozen=True)
class _Piece:
    """One document of one task, ready to be signed."""

    task_id: int
    dossier_id: int
    code: str
    digest: str | None
    number: str
    rooms: Sequence[Mapping[str, Any]]
    to_sign: Any  # casework.documents.pades.ToSign


class _Failed(Exception):
    """This item cannot be signed; the code is shown with it."""


def ask(
    session: Session, actor: Actor, task_ids: Sequence[int], pin: str, *, secret: str, now: datetime
) -> uuid.UUID | Rejected:
    """A batch of the actor's signing tasks; commits. Unclaimed ones are claimed; who cannot be signed fails by itself."""
    wanted = list(dict.fromkeys(task_ids))
    if not wanted:
        return NOTHING
    if len(wanted) > MOST:
        return TOO_MANY
    if not pin.strip():
        return NO_PIN
    rows = []
    for task_id in wanted:
        dossier_id, problem = _taken(session, actor, task_id, now)
        if dossier_id is not None:
            state = "failed" if problem else "waiting"
            rows.append(
                {
                    "task_id": task_id,
                    "dossier_id": dossier_id,
                    "state": state,
                    "problem": problem,
                    "results": [],
                }
            )
    if not rows:
        return NOTHING
    batch = uuid.uuid4()
    open_ones = any(row["state"] == "waiting" for row in rows)
    session.execute(
        insert(signing_batch).values(
            id=batch,
            account=actor.id,
            pin=sealing.seal(secret, pin.strip()) if open_ones else None,
            asked_at=now,
            ended_at=None if open_ones else now,
        )
    )
    session.execute(insert(signing), [{"batch": batch, **row} for row in rows])
    if open_ones:
        outbox.put(session, "sign.batch", {"batch": str(batch)}, now=now)
    session.commit()
    return batch


def _taken(session: Session, actor: Actor, task_id: int, now: datetime) -> tuple[int | None, str]:
    """The dossier of a task that is now the actor's, and why it cannot be signed ("" if it can)."""
    row = inbox.task(session, task_id)
    if row is None or not actor.holds(row["agency"], row["role"]):
        return None, ""
    if row["done"] is not None:
        return row["dossier_id"], "task_done"
    definition = definitions.get(session, row["procedure"]["code"], row["procedure_version"])
    step = definition.steps.get(row["step"]["id"])
    if step is None or step.kind not in SIGNED_KINDS:
        return row["dossier_id"], "not_to_sign"
    e_form = definition.forms.get(step.form or "")
    if e_form is not None and not forms.check(e_form, {}, context={}, now=now).ok:
        return row["dossier_id"], "form_to_fill"
    if row["assignee"] == actor.id:
        return row["dossier_id"], ""
    claimed = gate.handle(session, row["dossier"], ClaimTask(actor, task_key(task_id)[1]), now=now)
    return row["dossier_id"], claimed.code if isinstance(claimed, Rejected) else ""


def carry_out(session: Session, outside: Signing | None, job: Job, now: datetime) -> None:
    """Sign what still waits in the batch, and ask for its effect; settles the row, the caller commits.

    Raises Unreachable: nothing is kept, and the row is tried again.
    """
    batch = session.execute(
        select(signing_batch)
        .where(signing_batch.c.id == uuid.UUID(str(job.payload["batch"])))
        .with_for_update()
    ).one()
    waiting = session.scalars(
        select(signing.c.task_id)
        .where(signing.c.batch == batch.id, signing.c.state == "waiting")
        .order_by(signing.c.task_id)
    ).all()
    actor = accounts.officer_named(session, batch.account, now=now)
    pieces: list[_Piece] = []
    with session.begin_nested():  # numbers of the book come back if nobody answers
        for task_id in waiting:
            try:
                if outside is None or actor is None or batch.pin is None:
                    raise _Failed("no_signing_service")
                pieces += _prepared(session, outside, actor, task_id, now)
            except _Failed as failed:
                _fail(session, batch.id, task_id, str(failed), now)
        if outside is not None and batch.pin is not None:
            pin = sealing.opened(outside.secret, bytes(batch.pin))
            for holder, group in _by_holder(pieces).items():
                _sign(session, outside, batch.id, holder, pin, group, now)
    session.execute(update(signing_batch).where(signing_batch.c.id == batch.id).values(pin=None))
    _close(session, batch.id, now)
    outbox.settle(session, job.job_id, now)


def _sign(
    session: Session,
    outside: Signing,
    batch: uuid.UUID,
    holder: Holder,
    pin: str,
    pieces: Sequence[_Piece],
    now: datetime,
) -> None:
    from casework.documents import pades

    try:
        signed = pades.sign_all([piece.to_sign for piece in pieces], outside.service, pin, outside.stamps)
    except SigningRefused as refused:
        for task_id in {piece.task_id for piece in pieces}:
            _fail(session, batch, task_id, refused.code, now)
        return
    made: dict[int, list[ResultMade]] = defaultdict(list)
    for piece, pdf in zip(pieces, signed, strict=True):
        name = files.keep(session, piece.dossier_id, piece.code, pdf, piece.rooms, now=now)
        made[piece.task_id].append(ResultMade(piece.code, piece.digest, name, piece.number))
    for task_id, results in made.items():
        session.execute(
            update(signing)
            .where(signing.c.batch == batch, signing.c.task_id == task_id)
            .values(state="signed", results=[asdict(one) for one in results])
        )
        payload = {"batch": str(batch), "task": task_id}
        outbox.put(session, "sign.effect", payload, now=now, dossier_id=task_key(task_id)[0])


def effect(session: Session, job: Job, now: datetime) -> tuple[Mapping[str, Any], CompleteTask] | None:
    """The item and the order that completes its step in the signer's name; None if it has no more to be given."""
    batch, task_id = uuid.UUID(str(job.payload["batch"])), int(str(job.payload["task"]))
    row = (
        session.execute(
            select(signing, signing_batch.c.account)
            .join(signing_batch, signing_batch.c.id == signing.c.batch)
            .where(signing.c.batch == batch, signing.c.task_id == task_id, signing.c.state == "signed")
        )
        .mappings()
        .first()
    )
    task = inbox.task(session, task_id)
    actor = accounts.officer_named(session, row["account"], now=now) if row else None
    if row is None or task is None or actor is None:
        return None
    definition = definitions.get(session, task["procedure"]["code"], task["procedure_version"])
    step = definition.steps[task["step"]["id"]]
    results = tuple(ResultMade(**one) for one in row["results"])
    order = CompleteTask(actor, task_key(task_id)[1], outcome_of(step), results=results)
    return {"batch": batch, "task_id": task_id}, order


def ended(session: Session, item: Mapping[str, Any], now: datetime, problem: str = "") -> None:
    """What became of an item: done, or failed by a code. The caller commits."""
    session.execute(
        update(signing)
        .where(signing.c.batch == item["batch"], signing.c.task_id == item["task_id"])
        .values(state="failed" if problem else "done", problem=problem, ended_at=now)
    )
    _close(session, item["batch"], now)


def outcome_of(step: Step) -> str | None:
    """The outcome that signing gives: the kind's accepting one, else the step's first."""
    offered = [one.code for one in step.outcomes]
    accepting = KINDS[step.kind].accepting
    return accepting if accepting in offered else next(iter(offered), None)


def _prepared(session: Session, outside: Signing, actor: Actor, task_id: int, now: datetime) -> list[_Piece]:
    task = inbox.task(session, task_id)
    if task is None or task["done"] is not None or task["assignee"] != actor.id:
        raise _Failed("task_done" if task is None or task["done"] else "task_taken")
    row = dossiers.one(session, actor, task["dossier"], now=now)
    if isinstance(row, Rejected):
        raise _Failed(row.code)
    definition = definitions.get(session, task["procedure"]["code"], task["procedure_version"])
    step = definition.steps[task["step"]["id"]]
    agency = people.agency_names(session).get(task["agency"], task["agency"])
    prepare = _signature if step.kind == "sign" else _stamp
    try:
        return [
            prepare(session, outside, actor, task | {"agency_name": agency}, row, definition, code, now)
            for code in [one.code for one in books.results_of(definition, step)]
        ]
    except PaperFailed as failed:
        raise _Failed(failed.code) from failed
    except LookupError:
        raise _Failed("no_template") from None


def _signature(
    session: Session,
    outside: Signing,
    actor: Actor,
    task: Mapping[str, Any],
    row: Mapping[str, Any],
    definition: Definition,
    code: str,
    now: datetime,
) -> _Piece:
    """The document typeset, with room for number, date and seal; the signer's signature between title and name."""
    from casework.documents.pades import Box, ToSign

    _, result = content.of(session, row, code)
    known = next((one for one in row["results"] if one["code"] == code), None)
    version = drafting.pinned(session, row["id"], result, known and known["digest"], now=now)
    title = content.title(session, row, actor.id, now)
    made = content.typeset(
        session,
        row,
        code,
        version.texts,
        public_url=outside.public_url,
        signer=(actor.name, title),
        electronic=True,
    )
    places = {room["kind"]: _box(room) for room in made.rooms}
    if "signature" not in places:
        raise _Failed("no_room_to_sign")
    place = places["signature"]
    mark = render_mark(
        "signature", place.width, place.height, strokes=list(sha256(actor.name.encode()).digest()[:16])
    )
    keep = {field: places[kind] for field, kind in ((NUMBER, "number"), (DATE, "date")) if kind in places}
    # The seal covers about a third of the signature, from the left (NĐ 30/2020, phụ lục I, mục II.8).
    left, middle = place.x + place.width / 3 - SEAL_POINTS, place.y + place.height / 2
    seal = Box(place.page, left, middle - SEAL_POINTS / 2, SEAL_POINTS, SEAL_POINTS)
    holder = Holder(actor.id, "person", actor.name, task["agency_name"], title)
    to_sign = ToSign(
        made.pdf,
        holder,
        SIGNER,
        place,
        mark,
        keep=keep,
        keep_signatures={SEAL: seal},
        place=content.place_of(row["agency"]["name"]),
    )
    return _Piece(task["id"], row["id"], code, version.digest, "", made.rooms, to_sign)


def _stamp(
    session: Session,
    outside: Signing,
    actor: Actor,
    task: Mapping[str, Any],
    row: Mapping[str, Any],
    definition: Definition,
    code: str,
    now: datetime,
) -> _Piece:
    """The signed file gets its number and date, then the agency's seal."""
    from casework.documents.pades import Box, Fill, ToSign

    _, result = content.of(session, row, code)
    known = next((one for one in row["results"] if one["code"] == code), None)
    pdf = files.content(session, row["id"], code, known["file"]) if known else None
    if known is None or pdf is None:
        raise _Failed("signed_on_paper")
    rooms = files.rooms(session, row["id"], code, known["file"])
    places = {room["kind"]: _box(room) for room in rooms}
    number = "" if result.number is not None else books.next_number(session, task["agency"], result, now)
    on = content.place_and_date(content.place_of(row["agency"]["name"]), now.astimezone(LOCAL).date())
    written = {NUMBER: ("number", number.removesuffix(f"/{result.symbol}")), DATE: ("date", on)}
    fill = {
        field: Fill(said, render_mark(kind, places[kind].width, places[kind].height, text=said))
        for field, (kind, said) in written.items()
        if kind in places and said
    }
    agency = task["agency_name"]
    mark = render_mark("seal", SEAL_POINTS, SEAL_POINTS, name=agency, note=outside.mark)
    holder = Holder(task["agency"], "seal", agency, agency)
    unused = Box(1, 0, 0, SEAL_POINTS, SEAL_POINTS)  # the field was kept when the document was signed
    to_sign = ToSign(pdf, holder, SEAL, unused, mark, fill=fill)
    return _Piece(task["id"], row["id"], code, known["digest"], number, rooms, to_sign)


def _box(room: Mapping[str, Any]):  # type: ignore[no-untyped-def]
    from casework.documents.pades import Box

    return Box(int(room["page"]), room["x"], room["y"], room["width"], room["height"])


def _by_holder(pieces: Sequence[_Piece]) -> dict[Holder, list[_Piece]]:
    found: dict[Holder, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        found[piece.to_sign.holder].append(piece)
    return found


def _fail(session: Session, batch: uuid.UUID, task_id: int, problem: str, now: datetime) -> None:
    session.execute(
        update(signing)
        .where(signing.c.batch == batch, signing.c.task_id == task_id, signing.c.state == "waiting")
        .values(state="failed", problem=problem, ended_at=now)
    )


def _close(session: Session, batch: uuid.UUID, now: datetime) -> None:
    """The batch has ended when none of its items is on the way."""
    left = select(signing.c.task_id).where(
        signing.c.batch == batch, signing.c.state.in_(("waiting", "signed"))
    )
    if session.execute(left.limit(1)).first() is None:
        session.execute(update(signing_batch).where(signing_batch.c.id == batch).values(ended_at=now))
