"""A batch on its way through the worker: made ready, asked for at the signing service, finished; item by item, step by step.

    carry_out      worker: as far as it goes without waiting for a person
    give_up        the service did not answer for an hour
    worker_died    the batch killed whoever took it

Each step is one transaction and the tables say which is next, so that a worker may die between any two (or come as a twin).
No lock is held while somebody is asked: not the book's, which gave a number, nor a dossier's. The signer with a phone in hand
is not waited for either: the batch's row comes back a second later. An item that kills its worker is begun MOST_TRIES times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from casework import accounts
from casework.documents import sealing
from casework.documents.preparing import NotSigned, Piece
from engine.actor import Actor
from national.ports import Holder, Signing, SigningRefused, Unreachable
from store import outbox
from store.outbox import Job
from store.tables import signing, signing_batch, signing_call, signing_credential, signing_piece

PATIENCE = timedelta(hours=1)  # how long a PIN waits for a signing service that does not answer
ASK_AGAIN = timedelta(seconds=1)  # while a signer confirms elsewhere
MOST_TRIES = 3
KILLED = "worker_killed"


@dataclass(frozen=True)
class Signed:
    """A finished document, with what was kept of it while it waited."""

    piece: Row[Any]
    pdf: bytes


@dataclass(frozen=True)
class Kind:
    """What differs between documents and scans. `key` names an item in `items`; `ready` gives its documents or raises
    NotSigned; `keep` keeps its signed files, marks it signed and asks for its effect."""

    items: Table
    key: ColumnElement[Any]
    ready: Callable[[Session, Signing, Actor, UUID, Any, datetime], Sequence[Piece]]
    keep: Callable[[Session, Row[Any], Any, Sequence[Signed], datetime], None]


def carry_out(kind: Kind, session: Session, outside: Signing | None, job: Job, now: datetime) -> str:
    """Sign what waits in the batch, and ask for its effect: `done`, or `waits` for a signer or for the documents that were
    asked for with the same PIN. Commits.

    Raises Unreachable: what was done before is kept, and the row is tried again.
    """
    batch = session.execute(select(signing_batch).where(signing_batch.c.id == _batch(job))).one()
    after = UUID(str(job.payload["after"])) if "after" in job.payload else None
    if after and _on_its_way(session, after, now):
        outbox.wait(session, job.job_id, until=now + ASK_AGAIN)
        session.commit()
        return "waits"
    if outside is None or (problem := _problem(session, outside, batch, after, now)):
        fail(kind, session, batch.id, problem if outside else "no_signing_service", now)
        return _over(kind, session, job, now)
    work = _Work(kind, session, outside, job, batch, now)
    if not work.make_ready():
        return "done"
    waits = work.ask(sealing.opened(outside.secret, bytes(batch.pin)) or "")
    work.finish()
    if not waits:
        return _over(kind, session, job, now)
    outbox.wait(session, job.job_id, until=now + ASK_AGAIN)
    session.commit()
    return "waits"


def give_up(kind: Kind, session: Session, job: Job, now: datetime) -> bool:
    """Whether the batch has waited for too long: then it fails by name, its PIN is emptied, its row settled."""
    mine = signing_batch.c.id == _batch(job)
    if now - session.execute(select(signing_batch.c.asked_at).where(mine)).scalar_one() < PATIENCE:
        return False
    fail(kind, session, _batch(job), "signing_unreachable", now)
    _over(kind, session, job, now)
    return True


def worker_died(kind: Kind, session: Session, job: Job, now: datetime) -> None:
    """Whoever took the batch died of it, where no single item is to blame: all that waits has failed, by name."""
    fail(kind, session, _batch(job), KILLED, now)
    _over(kind, session, job, now)


def fail(
    kind: Kind,
    session: Session,
    batch: UUID,
    problem: str,
    now: datetime,
    keys: Sequence[Any] | None = None,
    states: tuple[str, ...] = ("waiting",),
) -> None:
    """These items of the batch (None: all) in one of these states have failed, by this code. The caller commits."""
    which = true() if keys is None else kind.key.in_(keys)
    failed = session.scalars(
        update(kind.items)
        .where(kind.items.c.batch == batch, kind.items.c.state.in_(states), which)
        .values(state="failed", problem=problem, ended_at=now)
        .returning(kind.key)
    ).all()
    _forget(session, batch, failed)


def close(kind: Kind, session: Session, batch: UUID, now: datetime) -> None:
    """The batch has ended when none of its items is on the way. The caller commits."""
    left = select(kind.key).where(kind.items.c.batch == batch, kind.items.c.state.in_(("waiting", "signed")))
    if session.execute(left.limit(1)).first() is None:
        session.execute(update(signing_batch).where(signing_batch.c.id == batch).values(ended_at=now))


def _on_its_way(session: Session, batch: UUID, now: datetime) -> bool:
    """Its PIN may still be tried."""
    kept = signing_batch.c.pin.is_not(None), signing_batch.c.asked_at > now - PATIENCE
    found = select(signing_batch.c.id).where(signing_batch.c.id == batch, *kept)
    return session.execute(found).first() is not None


def _problem(session: Session, outside: Signing, batch: Row[Any], after: UUID | None, now: datetime) -> str:
    """Why nothing of the batch can be signed; "" if it can. A PIN that the documents `after` was refused for is not tried again:
    a few wrong ones lock the key, and it was typed once."""
    if accounts.officer_named(session, batch.account, now=now) is None:
        return "signer_gone"
    if sealing.opened(outside.secret, bytes(batch.pin or b"")) is None:
        return "pin_lost"
    if after is None:
        return ""
    refused = signing.c.batch == after, signing.c.problem.in_(("pin_wrong", "pin_locked"))
    return session.scalar(select(signing.c.problem).where(*refused).limit(1)) or ""


@dataclass(frozen=True)
class _Work:
    """One worker's hour with a batch."""

    kind: Kind
    session: Session
    outside: Signing
    job: Job
    batch: Row[Any]
    now: datetime

    def make_ready(self) -> bool:
        """Every item that waits has its documents with room for the signature; False: a twin has ended the batch."""
        while (item := self._unready()) is not None:
            key, tries = item
            if tries >= MOST_TRIES:
                fail(self.kind, self.session, self.batch.id, KILLED, self.now, [key])
            else:
                self._tried(key, tries + 1)
                if not self._step():
                    return False
                try:
                    self._make_ready(key)
                except Unreachable:  # nobody died
                    self.session.rollback()
                    self._tried(key, tries)
                    self.session.commit()
                    raise
            if not self._step():
                return False
        return True

    def ask(self, pin: str) -> bool:
        """Each holder's key is asked for its signatures; whether one of them still waits for its holder."""
        waits = False
        mine = signing_piece.c.batch == self.batch.id
        unsigned = select(signing_piece.c.item, signing_piece.c.code, signing_piece.c.attributes)
        for call in self._calls():
            here = (mine, signing_piece.c.call == call.number)
            rows = self.session.execute(
                unsigned.where(*here, signing_piece.c.signature.is_(None)).order_by("item", "code")
            ).all()
            if not rows:
                continue
            digests = [sha256(row.attributes).digest() for row in rows]
            try:
                said = self.outside.service.sign(Holder(**call.holder), pin, digests, call.memory)
            except SigningRefused as refused:
                self._refused([row.item for row in rows], refused.code)
                self._step()
                continue
            which = signing_call.c.batch == self.batch.id, signing_call.c.number == call.number
            self.session.execute(update(signing_call).where(*which).values(memory=dict(said.memory)))
            for row, signature in zip(rows, said.signatures or (), strict=said.signatures is not None):
                of = (*here, signing_piece.c.item == row.item, signing_piece.c.code == row.code)
                self.session.execute(update(signing_piece).where(*of).values(signature=signature))
            waits = waits or said.signatures is None
            self._step()
        return waits

    def finish(self) -> None:
        """Every item whose documents have their signatures gets its time stamps, its files and its effect."""
        from casework.documents import pades

        chains = {call.number: [bytes(der) for der in call.certificates] for call in self._calls()}
        mine = signing_piece.c.batch == self.batch.id
        asked = select(signing_piece.c.item).where(mine).group_by(signing_piece.c.item)
        whole = asked.having(func.bool_and(signing_piece.c.signature.is_not(None)))
        for item in self.session.scalars(whole.order_by(signing_piece.c.item)).all():
            pieces = self.session.execute(
                select(signing_piece).where(mine, signing_piece.c.item == item).order_by("code")
            ).all()
            try:
                made = [
                    Signed(
                        row,
                        pades.finish(_prepared(row), row.signature, chains[row.call], self.outside.stamps),
                    )
                    for row in pieces
                ]
            except SigningRefused as refused:
                self._refused([item], refused.code)
            else:
                if made:  # else a twin was faster
                    self.kind.keep(
                        self.session, self.batch, self.kind.key.type.python_type(item), made, self.now
                    )
                    _forget(self.session, self.batch.id, [item])
            if not self._step():
                return

    def _unready(self) -> tuple[Any, int] | None:
        """The first item that waits and has no document yet, and how often it was begun."""
        items = self.kind.items
        has = exists().where(
            signing_piece.c.batch == self.batch.id, signing_piece.c.item == cast(self.kind.key, Text)
        )
        found = self.session.execute(
            select(self.kind.key, items.c.tries)
            .where(items.c.batch == self.batch.id, items.c.state == "waiting", ~has)
            .order_by(self.kind.key)
            .limit(1)
        ).one_or_none()
        return (found[0], found[1]) if found else None

    def _tried(self, key: Any, times: int) -> None:
        mine = self.kind.items.c.batch == self.batch.id, self.kind.key == key
        self.session.execute(update(self.kind.items).where(*mine).values(tries=times))

    def _make_ready(self, key: Any) -> None:
        """An item's documents are kept with room for their signatures; its numbers are reserved in the same commit."""
        from casework.documents import pades

        actor = accounts.officer_named(self.session, self.batch.account, now=self.now)
        try:
            if actor is None:
                raise NotSigned("signer_gone")
            with self.session.begin_nested():  # a number reserved for what cannot be made ready is free again
                for piece in self.kind.ready(self.session, self.outside, actor, self.batch.id, key, self.now):
                    call, chain = self._call(_credentialed(self.session, piece.to_sign.holder))
                    kept = {
                        "batch": self.batch.id,
                        "item": str(key),
                        "code": piece.code,
                        "call": call,
                        "dossier_id": piece.dossier_id,
                        "digest": piece.digest,
                        "number": piece.number,
                        "rooms": list(piece.rooms),
                    }
                    waits = asdict(pades.prepare(piece.to_sign, chain))
                    self.session.execute(insert(signing_piece).values(**kept, **waits))
        except NotSigned as failed:
            fail(self.kind, self.session, self.batch.id, str(failed), self.now, [key])
        except SigningRefused as refused:
            fail(self.kind, self.session, self.batch.id, refused.code, self.now, [key])

    def _call(self, holder: Holder) -> tuple[int, list[bytes]]:
        """The batch's call of this holder's key, with its certificates; made at first need."""
        calls = self._calls()
        for call in calls:
            if call.holder == asdict(holder):
                return call.number, [bytes(der) for der in call.certificates]
        chain = [bytes(der) for der in self.outside.service.certificates(holder)]
        new = {"batch": self.batch.id, "number": len(calls) + 1, "holder": asdict(holder)}
        self.session.execute(insert(signing_call).values(**new, certificates=chain))
        return len(calls) + 1, chain

    def _calls(self) -> Sequence[Row[Any]]:
        mine = signing_call.c.batch == self.batch.id
        return self.session.execute(select(signing_call).where(mine).order_by("number")).all()

    def _refused(self, items: Sequence[str], problem: str) -> None:
        keys = [self.kind.key.type.python_type(item) for item in items]
        fail(self.kind, self.session, self.batch.id, problem, self.now, keys)

    def _step(self) -> bool:
        """What was done is kept, and the batch is in our hands again; False: a twin has ended it."""
        self.session.commit()
        return outbox.keep(self.session, self.job.job_id, self.now)


def _credentialed(session: Session, holder: Holder) -> Holder:
    """The holder with the provider that keeps the key."""
    mine = signing_credential.c.holder == f"{holder.kind}:{holder.id}"
    row = session.execute(select(signing_credential).where(mine)).one_or_none()
    return replace(holder, provider=row.provider, user=row.user_id) if row else holder


def _prepared(row: Row[Any]):  # type: ignore[no-untyped-def]
    from casework.documents.pades import Prepared

    return Prepared(row.pdf, row.document_digest, row.start, row.end, row.attributes)


def _forget(session: Session, batch: UUID, items: Sequence[Any]) -> None:
    """What was kept of these items while they waited."""
    mine = signing_piece.c.batch == batch, signing_piece.c.item.in_([str(item) for item in items])
    session.execute(delete(signing_piece).where(*mine))


def _over(kind: Kind, session: Session, job: Job, now: datetime) -> str:
    """The worker's part is done: PIN and certificates are forgotten, the row is settled."""
    batch = _batch(job)
    session.execute(update(signing_batch).where(signing_batch.c.id == batch).values(pin=None))
    session.execute(delete(signing_call).where(signing_call.c.batch == batch))
    close(kind, session, batch, now)
    outbox.settle(session, job.job_id, now)
    session.commit()
    return "done"


def _batch(job: Job) -> UUID:
    return UUID(str(job.payload["batch"]))
