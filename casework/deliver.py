"""Carries out one outbox row: tells somebody, or asks a partner and turns the answer into a command (docs/flows.md).

Exactly once inside: the row stays locked while it is carried out, and what it changes here commits together with
"done". At least once outside: if we die between a partner's answer and our commit, the partner is asked again with the
same key, the row's job id.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import (
    certified,
    children,
    gate,
    jobs,
    messages,
    migration,
    notices,
    payments,
    postal,
    reconciliation,
    sending,
)
from casework.accepted import unfit
from casework.documents import batches, scans, signing, slips
from casework.jobs import done
from engine.actor import SYSTEM, Actor
from engine.commands import Command, FailJob, FinishJob
from engine.rejection import Rejected
from national.ports import (
    Accepted,
    Answered,
    Declined,
    ExternalTask,
    ParcelRefused,
    Partners,
    Subscriber,
    Unreachable,
)
from store import outbox
from store.outbox import Job
from store.queries import correlation, outside

MOST_DEATHS = (
    5  # workers that one row may cost, after the first (the index of store.tables.outbox has it too)
)
GIVE_UP_AFTER_ATTEMPTS = 80  # one second doubled up to an hour: about three days
ASK_AGAIN_AFTER = timedelta(hours=1)  # a partner that took the task but never called back
PASSING = frozenset(
    {"dossier_stopped", "incident"}
)  # rejections after which the same answer may be taken later


def deliver(session: Session, partners: Partners, job_id: uuid.UUID, now: datetime) -> str:
    """Carry out the row and commit. Says what became of it: `done`, `already done`, `waits` or `postponed`."""
    job = _taken(session, job_id)
    if job is None:
        session.rollback()
        return "already done"
    carry_out = _killer if job.deaths > MOST_DEATHS else TOPICS.get(job.topic, _ask_partner)
    try:
        return carry_out(session, partners, job, now)
    except Unreachable as problem:
        if job.attempts >= GIVE_UP_AFTER_ATTEMPTS:
            return _given_up(session, job, now, str(problem))
        outbox.postpone(session, job_id, until=now + jobs.pause(job.attempts), error=str(problem))
        session.commit()
        return "postponed"


def _taken(session: Session, job_id: uuid.UUID) -> Job | None:
    """The row in our hands; one that is handed out again counts us first: whoever had it may have died of it."""
    job = outbox.take(session, job_id)
    if job is None or job.dispatches <= 1:
        return job
    session.rollback()
    outbox.begun(session, job_id)
    return outbox.take(session, job_id)


def answered(
    session: Session, job_id: uuid.UUID, answer: Mapping[str, object], now: datetime
) -> Rejected | None:
    """A partner calls back: `{"result": {…}}` or `{"error": {"code", "sentence"}}`. None: done, or done before.

    Raises LookupError for a job that never was; refuses what the contract does not know (`body_invalid`).
    """
    if not outside.job_exists(session, job_id):
        raise LookupError(job_id)
    job = outbox.take(session, job_id)
    if job is None:
        session.rollback()
        return None
    result, error = answer.get("result"), answer.get("error")
    if isinstance(result, Mapping):
        command: Command = _answer(job, Answered(dict(result)))
    elif isinstance(error, Mapping):
        said = Declined(str(error.get("code", "declined"))[:64], str(error.get("sentence", ""))[:500])
        command = _answer(job, said)
    else:
        session.rollback()
        return Rejected(
            "body_invalid",
            "Câu trả lời của hệ thống đối tác phải có “result” hoặc “error”.",
            "Expected “result” or “error” in the partner's answer.",
        )
    if refused := unfit(command):
        session.rollback()  # the job waits on, for an answer that can be kept
        return refused
    return _command(session, job, command, now)


def _notice(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """Somebody is to be told: one row per way and recipient, so that each succeeds or is tried again by itself."""
    notices.spread(session, job, now)
    topic, to = str(job.payload["topic"]), str(job.payload["to"])
    if to == "applicant" or to.startswith("petition:"):
        sending.plan(session, partners, topic, to, job.dossier_id, now)
    return done(session, job, now)


def _send(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """One way of one notice to somebody outside."""
    return sending.carry_out(session, partners, job, now)


def _webhook(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    found = outside.subscriber(session, int(str(job.payload["webhook"])))
    if found is None:
        return done(session, job, now, {"skipped": "no such subscriber"})
    url, secret = found
    event = {name: value for name, value in job.payload.items() if name != "webhook"}
    partners.webhook.post(Subscriber(url, secret), str(job.job_id), {"id": str(job.job_id), **event})
    return done(session, job, now)


def _child_finished(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """The dossier that another one opened has ended: its result goes to the call activity that waits."""
    assert job.dossier_id is not None
    parent = correlation.parent(session, job.dossier_id)
    if parent is None:
        return done(session, job, now, {"skipped": "the parent is gone"})
    result = {"dossier": job.payload["dossier"], "end_kind": job.payload["end_kind"]}
    _command(
        session, replace(job, dossier_id=parent.dossier_id), FinishJob(SYSTEM, parent.token_id, result), now
    )
    return "done"


def _payment(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """The gateway is asked, told to pay back, or its day's file compared."""
    if partners.payment is None:
        raise Unreachable("no payment gateway is configured")
    if job.topic == "payment.query":
        return payments.ask(session, partners.payment, str(job.payload["reference"]), job, now)
    if job.topic == "payment.refund":
        return payments.refund(session, partners.payment, job, now)
    return reconciliation.reconcile(session, partners.payment, job, now)


def _sign(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """An officer asked for documents, scans or slips to be signed."""
    kind = BATCHES[job.topic]
    try:
        return batches.carry_out(kind, session, partners.signing, job, now)
    except Unreachable:
        session.rollback()
        outbox.take(session, job.job_id)
        if not batches.give_up(kind, session, job, now):
            raise
    return "done"


def _signed(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """A signature was made: the step is completed with it, or the item says why it could not be."""
    found = signing.effect(session, job, now)
    if found is None:
        return done(session, job, now)
    item, order = found
    signing.ended(session, item, now)
    if refused := _command(session, job, order, now):
        if refused.code not in PASSING:
            signing.ended(session, item, now, refused.code)
            session.commit()
        return "waits" if refused.code in PASSING else "done"
    return "done"


def _scans_signed(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """Scans of a dossier were signed: the signed files take their places, or the items say why they could not."""
    order = scans.effect(session, job, now)
    if order is None:
        return done(session, job, now)
    scans.ended(session, job, now)
    if refused := _command(session, job, order, now):
        if refused.code not in PASSING:
            scans.ended(session, job, now, refused.code)
            session.commit()
        return "waits" if refused.code in PASSING else "done"
    return "done"


def _ask_partner(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    topic = partners.topics.get(job.topic)
    if topic is None:
        raise Unreachable(f"no partner is configured for the topic {job.topic}")
    assert job.dossier_id is not None
    asked = outside.declaration(session, job.dossier_id)
    answer = topic.request(
        ExternalTask(str(job.job_id), job.topic, asked.code, asked.procedure, asked.agency, asked.answers)
    )
    if isinstance(answer, Accepted):
        outbox.postpone(session, job.job_id, until=now + ASK_AGAIN_AFTER, error="")
        session.commit()
        return "waits"
    command = _answer(job, answer)
    if refused := unfit(command):
        raise Unreachable(f"the answer cannot be kept: {refused.en}")
    _command(session, job, command, now)
    return "done"


def _answer(job: Job, said: Answered | Declined) -> Command:
    if isinstance(said, Declined):
        return FailJob(_partner(job), _token(job), said.code, said.sentence)
    return FinishJob(_partner(job), _token(job), dict(said.result))


def _children(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    children.spread(session, job, now)
    return done(session, job, now)


def _child_follow(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    command = children.order(session, job)
    if command is None:
        return done(session, job, now, {"skipped": "the parent has ended"})
    _command(session, job, command, now, passing=frozenset())
    return "done"


def _migrate(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """One of the dossiers that an admin carries over to another version."""
    _command(session, job, migration.order(session, job), now, passing=frozenset())
    return "done"


def _command(
    session: Session, job: Job, command: Command, now: datetime, passing: frozenset[str] = PASSING
) -> Rejected | None:
    """Settle the row and give the command in one commit. A dossier that no longer waits for it settles it too."""
    assert job.dossier_id is not None
    outbox.settle(session, job.job_id, now)
    answer = gate.handle(session, outside.code_of(session, job.dossier_id), command, now=now)
    if not isinstance(answer, Rejected):
        return None
    if answer.code in passing:
        outbox.postpone(session, job.job_id, until=now + jobs.pause(job.attempts), error=answer.code)
    else:
        outbox.settle(session, job.job_id, now, {"rejected": answer.code})  # the gate has rolled back
    session.commit()
    return answer


def _given_up(session: Session, job: Job, now: datetime, sentence: str) -> str:
    if job.topic in TOPICS:
        return done(session, job, now, {"given_up": sentence})
    _command(session, job, FailJob(_partner(job), _token(job), "partner_unreachable", sentence), now)
    return "done"


def _killer(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """Every worker that took the row died: it is not tried again, and stands where people look (store.queries.halted)."""
    said = {"given_up": batches.KILLED}
    if job.deaths > MOST_DEATHS + 1:  # even to say so killed
        return done(session, job, now, said)
    if job.topic in BATCHES:
        batches.worker_died(BATCHES[job.topic], session, job, now)
    elif job.topic == "sign.effect":
        signing.failed(session, job, batches.KILLED, now)
    elif job.topic == "scan.effect":
        scans.ended(session, job, now, batches.KILLED)
    elif "token" in job.payload:  # somebody's diagram waits for it
        sentence = "Máy xử lý việc này đã dừng đột ngột nhiều lần."
        _command(session, job, FailJob(_partner(job), _token(job), batches.KILLED, sentence), now)
        return "done"
    return done(session, job, now, said)


def _token(job: Job) -> str:
    return str(job.payload["token"])


def _partner(job: Job) -> Actor:
    return Actor(job.topic, "partner", job.topic)


def _certified(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """A step asks for numbers of the register of certified copies: our own book, entered in the answer's commit."""
    assert job.dossier_id is not None
    asked = outside.declaration(session, job.dossier_id)
    numbers = certified.enter(session, job.dossier_id, asked.code, asked.agency, asked.answers, now=now)
    _command(session, job, FinishJob(SYSTEM, _token(job), numbers), now)
    return "done"


def _postal(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """A parcel ordered at a counter: the post gives it a waybill, or says why it will not carry it."""
    if partners.postal is None:
        raise Unreachable("no postal service is configured")
    shipment = int(str(job.payload["shipment"]))
    try:
        waybill = postal.place(session, partners.postal, shipment, str(job.job_id), now=now)
    except ParcelRefused as refused:
        postal.refused(session, shipment, str(refused), now=now)
        return done(session, job, now, {"refused": str(refused)})
    return done(session, job, now, {"waybill": waybill})


BATCHES: Mapping[str, batches.Kind] = {
    "sign.batch": signing.DOCUMENTS,
    "sign.scans": scans.SCANS,
    slips.TOPIC: slips.SLIPS,
}

TOPICS: Mapping[str, Callable[[Session, Partners, Job, datetime], str]] = {
    "notice": _notice,
    "mail": _send,
    "sms": _send,
    "zalo": _send,
    "webhook": _webhook,
    "message": messages.thrown,
    "message.sought": messages.sought,
    "child.finished": _child_finished,
    "children": _children,
    "child.follow": _child_follow,
    "payment.query": _payment,
    "payment.refund": _payment,
    "payment.reconcile": _payment,
    "postal.order": _postal,
    migration.TOPIC: _migrate,
    "sign.batch": _sign,
    "sign.effect": _signed,
    "sign.scans": _sign,
    slips.TOPIC: _sign,
    "scan.effect": _scans_signed,
    certified.TOPIC: _certified,
}
