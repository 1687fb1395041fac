"""Outbox → relay → RQ → done, on a real PostgreSQL and Valkey: nothing is lost, nothing takes effect twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from casework import deliver, jobs
from national.ports import Partners
from store import outbox
from store.db import make_engine
from store.tables import outbox as rows
from store.tables import webhook
from tests.fakes.partners import partners
from workers import relay
from workers.queues import JOB_QUEUES, PARTNERS, queue


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    client.close()


@pytest.fixture
def subscriber(engine: Engine) -> int:
    """Id of a webhook row."""
    row = {"url": "http://subscriber.example/hook", "secret": "s", "topics": ["*"], "created_at": moment()}
    with engine.begin() as connection:
        return connection.scalars(insert(webhook).returning(webhook.c.id), [row]).one()


def moment() -> datetime:
    return datetime.now(UTC)


def put(engine: Engine, subscriber: int, count: int = 1) -> list[uuid.UUID]:
    with Session(engine) as session, session.begin():
        event = {"webhook": subscriber, "topic": "received"}
        return [outbox.put(session, "webhook", event, now=moment()) for _ in range(count)]


def execute(engine: Engine, redis: Redis, outside: Partners) -> list[str]:
    """What a worker does with all that is queued, without the worker around it."""
    done = []
    for name in JOB_QUEUES:
        while job_id := redis.lpop(queue(name, redis).key):
            with Session(engine) as session:
                done.append(deliver.deliver(session, outside, uuid.UUID(job_id.decode()), moment()))
    return done


def make_leases_old(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(rows).values(dispatched_at=moment() - timedelta(hours=1)))


def test_every_row_is_told_once_with_its_job_id_as_key(engine: Engine, redis: Redis, subscriber: int) -> None:
    """What is put is queued, posted with its own key, and done."""
    job_ids = put(engine, subscriber, 3)
    assert relay.dispatch(engine, redis) == 3
    outside = partners()
    assert execute(engine, redis, outside) == ["done"] * 3
    assert sorted(key for _, key, _ in outside.webhook.posted) == sorted(map(str, job_ids))
    assert relay.dispatch(engine, redis) == 0


def test_a_row_that_is_leased_is_not_handed_out_again(engine: Engine, redis: Redis, subscriber: int) -> None:
    """Two relays, or two rounds of one, hand a row to one worker."""
    put(engine, subscriber)
    assert (relay.dispatch(engine, redis), relay.dispatch(engine, redis)) == (1, 0)


def test_jobs_of_a_wiped_redis_come_back(engine: Engine, redis: Redis, subscriber: int) -> None:
    """The queue held nothing that the outbox does not hold."""
    put(engine, subscriber, 5)
    relay.dispatch(engine, redis)
    redis.flushall()
    make_leases_old(engine)
    assert relay.dispatch(engine, redis) == 5
    assert execute(engine, redis, partners()) == ["done"] * 5


def test_while_workers_are_away_the_queue_holds_one_copy(
    engine: Engine, redis: Redis, subscriber: int
) -> None:
    """Old leases are handed out again, but not next to themselves."""
    put(engine, subscriber, 5)
    for _ in range(4):
        relay.dispatch(engine, redis)
        make_leases_old(engine)
    assert redis.llen(queue(PARTNERS, redis).key) == 5


def test_a_lease_is_given_back_when_redis_does_not_take_the_job(engine: Engine, subscriber: int) -> None:
    """The lease commits after the queue has the job, never before."""
    put(engine, subscriber)
    with pytest.raises(ConnectionError):
        relay.dispatch(engine, _Away())
    with engine.connect() as connection:
        assert connection.scalars(select(rows.c.dispatched_at)).all() == [None]


class _Away:
    """A Redis that is not there."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionError(name)


def test_a_job_delivered_twice_takes_effect_once(engine: Engine, subscriber: int) -> None:
    """The second finds the row done and tells nobody."""
    (job_id,) = put(engine, subscriber)
    outside = partners()
    for expected in ("done", "already done"):
        with Session(engine) as session:
            assert deliver.deliver(session, outside, job_id, moment()) == expected
    assert len(outside.webhook.posted) == 1


def test_who_cannot_be_reached_is_tried_again_later_and_later(engine: Engine, subscriber: int) -> None:
    """The row stays, with the reason and a growing pause; once reached it is done."""
    (job_id,) = put(engine, subscriber)
    outside = partners()
    outside.webhook.failures = 2
    start = moment()
    for _ in range(2):
        with Session(engine) as session:
            assert deliver.deliver(session, outside, job_id, start) == "postponed"
    with engine.connect() as connection:
        row = connection.execute(select(rows.c.run_at, rows.c.last_error, rows.c.attempts)).one()
    assert (row.run_at, row.last_error, row.attempts) == (
        start + timedelta(seconds=2),
        "the fake subscriber is away",
        2,
    )
    with Session(engine) as session:
        assert deliver.deliver(session, outside, job_id, moment()) == "done"


def test_a_subscriber_that_was_switched_off_is_told_nothing(engine: Engine, subscriber: int) -> None:
    """The row is settled with the reason: there is nobody to wait for."""
    (job_id,) = put(engine, subscriber)
    with engine.begin() as connection:
        connection.execute(update(webhook).values(active=False))
    outside = partners()
    with Session(engine) as session:
        deliver.deliver(session, outside, job_id, moment())
    with engine.connect() as connection:
        assert connection.scalars(select(rows.c.result)).all() == [{"skipped": "no such subscriber"}]
    assert outside.webhook.posted == []


def test_pauses_double_from_a_second_to_an_hour() -> None:
    """1, 2, 4 … 3,600 seconds; a huge number of attempts does not overflow."""
    assert [jobs.pause(n).total_seconds() for n in (1, 2, 5, 12, 13, 5000)] == [1, 2, 16, 2048, 3600, 3600]
