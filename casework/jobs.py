"""What carrying out any outbox row comes to: settled, or tried again after a pause."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from store import outbox
from store.outbox import Job

LONGEST_PAUSE = timedelta(hours=1)


def done(session: Session, job: Job, now: datetime, result: object = None) -> str:
    """The row is settled with what it came to; commits."""
    outbox.settle(session, job.job_id, now, result)
    session.commit()
    return "done"


def pause(attempts: int) -> timedelta:
    """How long to wait after this many failures: 1 s, 2 s, 4 s … at most an hour."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), LONGEST_PAUSE)
