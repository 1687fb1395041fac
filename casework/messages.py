"""Messages between dossiers: a thrown one goes to whom it is for, or is kept until a catch opens (docs/flows.md)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import gate
from casework.jobs import done, pause
from engine.actor import SYSTEM
from engine.commands import DeliverMessage
from engine.rejection import Rejected
from national.ports import Partners
from store import outbox
from store.outbox import Job
from store.queries import correlation

MESSAGE_KEPT_FOR = timedelta(days=90)  # a message that came before anybody waited for it
MAX_MESSAGES_KEPT = 100  # of one sender


def thrown(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """A diagram threw a message. Nobody waits for it yet: its row stays, for the first catch that opens."""
    name = str(job.payload["name"])
    receiver = correlation.receiver(session, name, job.payload.get("correlation"))
    if receiver is None:
        return _keep(session, job, now)
    first = outbox.oldest_message(session, name, receiver.correlation) or job
    if first.id != job.id:  # an older one goes before it
        outbox.postpone(session, job.job_id, until=now, error="")
    if _hand(session, first, receiver.dossier_id, now) is None:
        return "done" if first.id == job.id else "waits"
    outbox.postpone(session, job.job_id, until=now + pause(job.attempts), error="the catch has closed")
    session.commit()
    return "waits"


def sought(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """A catch opened: the oldest message that was kept for it goes to whom it is for, most often this dossier."""
    name = str(job.payload["name"])
    kept = outbox.oldest_message(session, name, job.payload.get("correlation"))
    receiver = correlation.receiver(session, name, kept.payload.get("correlation")) if kept else None
    if kept is None or receiver is None:
        return done(session, job, now)
    outbox.settle(session, job.job_id, now)
    if refused := _hand(session, kept, receiver.dossier_id, now):  # it closed meanwhile: the message stays
        return done(session, job, now, {"rejected": refused.code})
    return "done"


def _hand(session: Session, message: Job, receiver: int, now: datetime) -> Rejected | None:
    """The message is settled and delivered in one commit, or neither (then nothing at all is changed)."""
    said = message.payload
    payload = correlation.content(session, message.dossier_id, said.get("digest"))
    outbox.settle(session, message.job_id, now, {"to": receiver})
    command = DeliverMessage(SYSTEM, str(said["name"]), said.get("correlation"), payload)
    answer = gate.handle(session, receiver, command, now=now)
    return answer if isinstance(answer, Rejected) else None


def _keep(session: Session, job: Job, now: datetime) -> str:
    """The row waits until a catch takes it, at most for MESSAGE_KEPT_FOR, and not too many of one dossier."""
    until = datetime.fromisoformat(str(job.payload["at"])) + MESSAGE_KEPT_FOR
    if until <= now:
        return done(session, job, now, {"expired": True})
    if outbox.messages_kept(session, job.dossier_id) > MAX_MESSAGES_KEPT:
        return done(session, job, now, {"dropped": f"more than {MAX_MESSAGES_KEPT} wait"})
    outbox.postpone(session, job.job_id, until=until, error="")
    session.commit()
    return "waits"
