"""Signing in one go: asked for on a page, carried out by a worker, put into effect by the gate.

    ask        page: which tasks, one PIN -> a batch, its outbox row
    DOCUMENTS  worker: typeset, one authorisation for all, signed files kept; one row more an item (batches.py)
    effect     worker: the step is completed in the officer's name, with the file

Between the last two a signature exists that counts for nothing. Whoever dies in the middle leaves it so, and the work is
taken up again: one signature takes effect, the one that the completed step names.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

import forms
from casework import accounts, definitions, gate
from casework.documents import batches, files, sealing
from casework.documents.preparing import Piece, prepared
from engine.actor import Actor
from engine.commands import ClaimTask, CompleteTask
from engine.declared import ResultMade
from engine.rejection import Rejected
from engine.rules.tasks import effective
from national.ports import Signing
from store import outbox
from store.outbox import Job
from store.queries import colleagues, inbox
from store.tables import signing, signing_batch
from store.tables.work import task_key

SIGNED_KINDS = ("sign", "stamp")
MOST = 100  # documents of one batch

NOTHING = Rejected("nothing_to_sign", "Chưa chọn văn bản nào.", "Expected at least one document.")
TOO_MANY = Rejected(
    "too_many_documents", f"Mỗi lần ký tối đa {MOST} văn bản.", f"Expected at most {MOST} documents."
)
NO_BATCH = Rejected(
    "unknown_document", "Bạn không có lượt ký này.", "There is no such batch of documents of yours."
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
    if colleagues.asking(session, task_id):
        return row["dossier_id"], "opinion_open"
    if row["assignee"] == actor.id:
        return row["dossier_id"], ""
    claimed = gate.handle(session, row["dossier"], ClaimTask(actor, task_key(task_id)[1]), now=now)
    return row["dossier_id"], claimed.code if isinstance(claimed, Rejected) else ""


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
    order = CompleteTask(actor, task_key(task_id)[1], effective(step), results=results)
    return item, order


def ended(session: Session, item: Mapping[str, Any], now: datetime, problem: str = "") -> None:
    """What became of an item: done, or failed by a code; then its number stays reserved for it. The caller commits."""
    if problem:
        batches.fail(DOCUMENTS, session, item["batch"], problem, now, [item["task_id"]], ("signed",))
    else:
        mine = signing.c.batch == item["batch"], signing.c.task_id == item["task_id"]
        session.execute(update(signing).where(*mine).values(state="done", ended_at=now))
    batches.close(DOCUMENTS, session, item["batch"], now)


def failed(session: Session, job: Job, problem: str, now: datetime) -> None:
    """The item of a `sign.effect` can have no effect. The caller commits."""
    item = {"batch": uuid.UUID(str(job.payload["batch"])), "task_id": int(str(job.payload["task"]))}
    ended(session, item, now, problem)


def _ready(
    session: Session, outside: Signing, actor: Actor, _: uuid.UUID, task_id: int, now: datetime
) -> list[Piece]:
    return prepared(session, outside, actor, task_id, now)


def _keep(
    session: Session, batch: Row[Any], task_id: int, made: Sequence[batches.Signed], now: datetime
) -> None:
    results = []
    for one in made:
        piece = one.piece
        name = files.keep(session, piece.dossier_id, piece.code, one.pdf, piece.rooms, now=now)
        results.append(asdict(ResultMade(piece.code, piece.digest, name, piece.number)))
    mine = signing.c.batch == batch.id, signing.c.task_id == task_id, signing.c.state == "waiting"
    session.execute(update(signing).where(*mine).values(state="signed", results=results))
    payload = {"batch": str(batch.id), "task": task_id}
    outbox.put(session, "sign.effect", payload, now=now, dossier_id=task_key(task_id)[0])


DOCUMENTS = batches.Kind(signing, signing.c.task_id, _ready, _keep)
