"""The RQ job: one outbox row, carried out. Everything it needs is made once per process."""

from __future__ import annotations

import functools
import uuid

from assembly import clock, settings
from assembly.partners import partners
from casework import deliver as casework_deliver
from store.db import make_engine, sessions


def deliver(job_id: str) -> str:
    """Carry out one outbox row; says what became of it. Called twice, the second changes nothing."""
    engine, new_session, outside = _house()
    with new_session() as session:
        return casework_deliver.deliver(session, outside, uuid.UUID(job_id), clock.now(engine))


@functools.cache
def _house():  # type: ignore[no-untyped-def]
    ours = settings.load()
    engine = make_engine(ours.database_url, pool_size=2)
    return engine, sessions(engine), partners(ours)
