"""The outbox loses nothing and executes once in effect, whatever happens to queue and workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from store import outbox
from store.db import make_engine, sessions

NOON = datetime(2023, 6, 15, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_row_that_is_rolled_back_was_never_put(session: Session) -> None:
    """The row is part of the business transaction."""
    outbox.put(session, "notice", {}, now=NOON)
    session.rollback()
    assert outbox.lease(session, NOON) == []


def test_rows_are_leased_when_they_are_due_oldest_first(session: Session) -> None:
    """A row of the future waits; the others go in the order in which they fell due."""
    later = outbox.put(session, "later", {}, now=NOON, run_at=NOON + 60 * SECOND)
    second = outbox.put(session, "b", {}, now=NOON)
    first = outbox.put(session, "a", {}, now=NOON - SECOND)
    assert outbox.next_run(session) == NOON - SECOND
    assert outbox.lease(session, NOON) == [(first, "a"), (second, "b")]
    assert outbox.lease(session, NOON + 60 * SECOND, lease_for=timedelta(hours=1)) == [(later, "later")]


def test_a_lease_that_grew_old_is_handed_out_again_ever_later(session: Session) -> None:
    """A dead worker's job comes back after 10 s, then after 20 s."""
    job = outbox.put(session, "notice", {}, now=NOON)
    assert outbox.lease(session, NOON) == [(job, "notice")]
    assert outbox.lease(session, NOON + 9 * SECOND) == []
    assert outbox.lease(session, NOON + 11 * SECOND) == [(job, "notice")]
    assert outbox.lease(session, NOON + 30 * SECOND) == []
    assert outbox.lease(session, NOON + 32 * SECOND) == [(job, "notice")]


def test_two_relays_never_get_the_same_row(database_url: str) -> None:
    """What one relay has locked, the other passes over."""
    engine = make_engine(database_url)
    with sessions(engine)() as one, sessions(engine)() as other:
        jobs = {outbox.put(one, "notice", {}, now=NOON) for _ in range(6)}
        one.commit()
        mine = outbox.lease(one, NOON, limit=4)
        theirs = outbox.lease(other, NOON, limit=4)
        assert (len(mine), len(theirs)) == (4, 2)
        assert {job for job, _ in mine + theirs} == jobs
    engine.dispose()


def test_a_job_is_done_once(session: Session) -> None:
    """The second execution of the same job finds nothing to do."""
    job = outbox.put(session, "notice", {"code": "x"}, now=NOON)
    taken = outbox.take(session, job)
    assert taken
    assert (taken.topic, taken.payload, taken.attempts) == ("notice", {"code": "x"}, 1)
    outbox.settle(session, job, NOON, {"sent": 1})
    assert outbox.take(session, job) is None
    assert outbox.lease(session, NOON + timedelta(days=1)) == []


def test_a_failed_job_waits_until_it_is_tried_again(session: Session) -> None:
    """A postponed row keeps its error and its count of attempts."""
    job = outbox.put(session, "notice", {}, now=NOON)
    outbox.lease(session, NOON)
    outbox.take(session, job)
    outbox.postpone(session, job, until=NOON + 60 * SECOND, error="connection refused")
    assert outbox.lease(session, NOON + 59 * SECOND) == []
    assert outbox.lease(session, NOON + 60 * SECOND) == [(job, "notice")]
    again = outbox.take(session, job)
    assert again
    assert again.attempts == 2
    assert outbox.waiting(session) == [
        {"topic": "notice", "rows": 1, "oldest": NOON + 60 * SECOND, "attempts": 2}
    ]
