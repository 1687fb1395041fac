"""Moves due outbox rows into RQ. PostgreSQL is the truth: Redis may be down or wiped at any time, and so may we.

A row is leased in a transaction that commits only after Redis has the job; a lease that grows old is handed out again.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assembly import clock
from store import outbox
from workers.queues import queue, queue_for

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5  # without a notification: rows that fall due, and leases that grow old
PAUSE_SECONDS = 0.5  # after the database or Redis failed
LEASE = timedelta(seconds=5)  # a row in work is locked and never leased twice, however long its partner takes
JOB_SECONDS = 120  # RQ's own limit for one job; partners are given far less
FUNCTION = "workers.jobs.deliver"


def run(engine: Engine, redis: Redis, stop: threading.Event) -> None:
    """Relay until `stop`. Outages of the database or of Redis are waited for, never fatal."""
    while not stop.is_set():
        try:
            with _listening(engine) as notified:
                while not stop.is_set():
                    if not dispatch(engine, redis):
                        notified()
        except (DBAPIError, psycopg.Error, RedisError) as error:
            log.warning("relay waits: %s", type(error).__name__)
            stop.wait(PAUSE_SECONDS)


def dispatch(engine: Engine, redis: Redis) -> int:
    """Hand one batch of due rows to RQ. Returns how many were due."""
    with Session(engine) as session, session.begin():
        rows = outbox.lease(session, clock.now(engine), lease_for=LEASE)
        by_queue: dict[str, list[uuid.UUID]] = defaultdict(list)
        for job_id, topic in rows:
            by_queue[queue_for(topic)].append(job_id)
        for name, job_ids in by_queue.items():
            _enqueue(queue(name, redis), job_ids)
    return len(rows)


def _enqueue(target: Queue, job_ids: Iterable[uuid.UUID]) -> None:
    """Put jobs at the end of the queue, but none that still waits in it: a long outage of workers adds no copies."""
    ids = [str(job_id) for job_id in job_ids]
    with target.connection.pipeline(transaction=False) as pipeline:
        for job_id in ids:
            pipeline.lpos(target.key, job_id)
        absent = [job_id for job_id, place in zip(ids, pipeline.execute(), strict=True) if place is None]
    target.enqueue_many(
        [
            Queue.prepare_data(
                FUNCTION, (job_id,), job_id=job_id, result_ttl=0, failure_ttl=3600, timeout=JOB_SECONDS
            )
            for job_id in absent
        ]
    )


@contextmanager
def _listening(engine: Engine) -> Iterator[Callable[[], None]]:
    """A connection of its own that hears NOTIFY; yields a function that waits for one, or for the poll interval."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(f"listen {outbox.CHANNEL}")

        def wait() -> None:
            for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass

        yield wait
