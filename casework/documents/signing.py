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
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

import forms
from casework import accounts, definitions, gate
from casework.documents import books, files, sealing
from casework.documents.preparing import NotSigned, Piece, prepared
from engine.actor import Actor
from engine.commands import ClaimTask, CompleteTask, ResultMade
from engine.definition import Step
from engine.rejection import Rejected
from engine.step_kinds import KINDS
from national.ports import Holder, Signing, SigningRefused
from store import outbox
from store.outbox import Job
from store.queries import inbox
from store.tables import signing, signing_batch
from store.tables.work import task_key

SIGNED_KINDS = ("sign", "stamp")
MOST = 100  # documents of one batch
PATIENCE = timedelta(hours=1)  # how long a PIN waits for a signing service that does not answer

NOTHING = Rejected("nothing_to_sign", "Chưa chọn văn bản nào.", "Expected at least one document.")
TOO_MANY = Rejected(
    "too_many_documents", f"Mỗi lần ký tối đa {MOST} văn bản.", f"Expected at most {MOST} documents."
)
NO_PIN = Rejected("pin_required", "Chưa nhập mã PIN.", "Expected a PIN.")


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
    if outside is None or actor is None:
        _fail(session, batch.id, waiting, "signer_gone" if outside else "no_signing_service", now)
    elif (pin := sealing.opened(outside.secret, bytes(batch.pin or b""))) is None:
        _fail(session, batch.id, waiting, "pin_lost", now)
    else:
        pieces: list[Piece] = []
        for task_id in waiting:
            try:
                with session.begin_nested():  # a number taken for what cannot be prepared comes back
                    pieces += prepared(session, outside, actor, task_id, now)
            except NotSigned as failed:
                _fail(session, batch.id, [task_id], str(failed), now)
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
    pieces: Sequence[Piece],
    now: datetime,
) -> None:
    from casework.documents import pades

    try:
        signed = pades.sign_all([piece.to_sign for piece in pieces], outside.service, pin, outside.stamps)
    except SigningRefused as refused:
        for piece in pieces:
            books.give_back(session, piece.taken, piece.number)
        _fail(session, batch, {piece.task_id for piece in pieces}, refused.code, now)
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


def give_up(session: Session, job: Job, now: datetime) -> bool:
    """Whether the batch has waited for too long: then it fails by name, its PIN is emptied, its row settled."""
    batch = uuid.UUID(str(job.payload["batch"]))
    mine = signing_batch.c.id == batch
    if now - session.execute(select(signing_batch.c.asked_at).where(mine)).scalar_one() < PATIENCE:
        return False
    waiting = session.scalars(select(signing.c.task_id).where(signing.c.batch == batch)).all()
    _fail(session, batch, waiting, "signing_unreachable", now)
    session.execute(update(signing_batch).where(mine).values(pin=None))
    _close(session, batch, now)
    outbox.settle(session, job.job_id, now)
    return True


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
    if row is None:
        return None
    item = {"batch": batch, "task_id": task_id}
    task, actor = inbox.task(session, task_id), accounts.officer_named(session, row["account"], now=now)
    if task is None or actor is None:
        ended(session, item, now, "signer_gone")
        return None
    definition = definitions.get(session, task["procedure"]["code"], task["procedure_version"])
    step = definition.steps[task["step"]["id"]]
    results = tuple(ResultMade(**one) for one in row["results"])
    order = CompleteTask(actor, task_key(task_id)[1], outcome_of(step), results=results)
    return item, order


def ended(session: Session, item: Mapping[str, Any], now: datetime, problem: str = "") -> None:
    """What became of an item: done, or failed by a code, its numbers back in the books. The caller commits."""
    if problem:
        _numbers_back(session, item)
    session.execute(
        update(signing)
        .where(signing.c.batch == item["batch"], signing.c.task_id == item["task_id"])
        .values(state="failed" if problem else "done", problem=problem, ended_at=now)
    )
    _close(session, item["batch"], now)


def _numbers_back(session: Session, item: Mapping[str, Any]) -> None:
    task = inbox.task(session, item["task_id"])
    mine = signing.c.batch == item["batch"], signing.c.task_id == item["task_id"]
    row = session.execute(select(signing.c.results, signing.c.dossier_id).where(*mine)).one()
    made = [ResultMade(**one) for one in row.results]
    if task is None or not made:
        return
    definition = definitions.get(session, task["procedure"]["code"], task["procedure_version"])
    known = {one.code: one for one in definition.results}
    for one in made:
        at = files.made_at(session, row.dossier_id, one.code, one.file)
        books.give_back(session, books.book_of(task["agency"], known[one.code], at), one.number)


def outcome_of(step: Step) -> str | None:
    """The outcome that signing gives: the kind's accepting one, else the step's first."""
    offered = [one.code for one in step.outcomes]
    accepting = KINDS[step.kind].accepting
    return accepting if accepting in offered else next(iter(offered), None)


def _by_holder(pieces: Sequence[Piece]) -> dict[Holder, list[Piece]]:
    found: dict[Holder, list[Piece]] = defaultdict(list)
    for piece in pieces:
        found[piece.to_sign.holder].append(piece)
    return found


def _fail(session: Session, batch: uuid.UUID, task_ids: Collection[int], problem: str, now: datetime) -> None:
    session.execute(
        update(signing)
        .where(signing.c.batch == batch, signing.c.task_id.in_(task_ids), signing.c.state == "waiting")
        .values(state="failed", problem=problem, ended_at=now)
    )


def _close(session: Session, batch: uuid.UUID, now: datetime) -> None:
    """The batch has ended when none of its items is on the way."""
    left = select(signing.c.task_id).where(
        signing.c.batch == batch, signing.c.state.in_(("waiting", "signed"))
    )
    if session.execute(left.limit(1)).first() is None:
        session.execute(update(signing_batch).where(signing_batch.c.id == batch).values(ended_at=now))
