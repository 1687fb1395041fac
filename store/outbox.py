"""The transactional outbox: written in the business commit, moved by the relay, executed once in effect.

A row lives: put (business commit) → lease (relay hands its `job_id` to RQ) → take … settle (the job's own
transaction). The queue may lose or double a job: an old lease is handed out again, and `take` finds a row that is
done. `now` is the system's clock (assembly/clock.py), not the database's.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from store.tables import outbox

CHANNEL = "outbox"  # LISTEN outbox: something was committed


@dataclass(frozen=True)
class Job:
    """One outbox row in the hands of whoever executes it. `attempts` counts this one; `dispatches`, how often it was
    handed out since it last came back, and `deaths`, who began it of those and was not heard of again."""

    id: int
    job_id: uuid.UUID
    topic: str
    dossier_id: int | None
    payload: Mapping[str, object]
    attempts: int
    dispatches: int = 1
    deaths: int = 0


JOB = (
    outbox.c.id,
    outbox.c.job_id,
    outbox.c.topic,
    outbox.c.dossier_id,
    outbox.c.payload,
    outbox.c.attempts,
    outbox.c.dispatches,
    outbox.c.deaths,
)


def row(
    topic: str,
    payload: Mapping[str, object],
    *,
    now: datetime,
    dossier_id: int | None = None,
    run_at: datetime | None = None,
) -> dict[str, object]:
    """A new outbox row, to be written in the transaction that makes it true. The payload names no person."""
    return {
        "job_id": uuid.uuid4(),
        "topic": topic,
        "payload": dict(payload),
        "run_at": run_at or now,
        "dossier_id": dossier_id,
    }


def put(session: Session, topic: str, payload: Mapping[str, object], **when: object) -> uuid.UUID:
    """Write one row (keywords of `row`). Returns its job id."""
    new = row(topic, payload, **when)  # type: ignore[arg-type]
    session.execute(insert(outbox).values(new))
    return new["job_id"]  # type: ignore[return-value]


def lease(
    session: Session, now: datetime, *, limit: int = 200, lease_for: timedelta = timedelta(seconds=10)
) -> list[tuple[uuid.UUID, str]]:
    """Rows that are due and that nobody works on: (job id, topic), oldest first. The caller enqueues, then commits.

    Two relays never get the same row. A row comes back when it is not done `lease_for` after it was handed out,
    doubled with each time up to five minutes: the worker that had it is dead, or the queue was wiped.
    """
    patience = lease_for * func.least(func.power(2, outbox.c.dispatches - 1), 300 / lease_for.total_seconds())
    free = or_(outbox.c.dispatched_at.is_(None), outbox.c.dispatched_at < now - patience)
    due = (
        select(outbox.c.id)
        .where(outbox.c.done_at.is_(None), outbox.c.run_at <= now, free)
        .order_by(outbox.c.run_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = (
        update(outbox)
        .where(outbox.c.id.in_(select(due.c.id)))
        .values(dispatched_at=now, dispatches=outbox.c.dispatches + 1)
        .returning(outbox.c.run_at, outbox.c.id, outbox.c.job_id, outbox.c.topic)
    )
    return [(job_id, topic) for _, _, job_id, topic in sorted(session.execute(taken))]


def take(session: Session, job_id: uuid.UUID) -> Job | None:
    """Lock one row to execute it; None if it is done already. A twin waits for the lock, then finds it done."""
    found = session.execute(
        update(outbox)
        .where(outbox.c.job_id == job_id, outbox.c.done_at.is_(None))
        .values(attempts=outbox.c.attempts + 1)
        .returning(*JOB)
    ).one_or_none()
    return Job(*found) if found else None


def begun(session: Session, job_id: uuid.UUID) -> None:
    """Count who takes the row in hand, before it can kill him. Commits."""
    mine = outbox.c.job_id == job_id, outbox.c.done_at.is_(None)
    session.execute(update(outbox).where(*mine).values(deaths=outbox.c.deaths + 1))
    session.commit()


def keep(session: Session, job_id: uuid.UUID, now: datetime) -> bool:
    """Lock the row again after a step that was committed: its lease begins anew. False: it is done."""
    mine = outbox.c.job_id == job_id, outbox.c.done_at.is_(None)
    kept = update(outbox).where(*mine).values(dispatched_at=now, dispatches=1, deaths=0)
    return session.execute(kept.returning(outbox.c.id)).first() is not None


def oldest_message(session: Session, name: str, correlation: object) -> Job | None:
    """Lock the oldest message of that name that nobody has taken: any, or only one with this correlation.

    Waits for whoever has it in hand: a message is never passed over, nor given twice.
    """
    found = (
        select(*JOB)
        .where(
            outbox.c.topic == "message", outbox.c.done_at.is_(None), outbox.c.payload["name"].astext == name
        )
        .order_by(outbox.c.id)
        .limit(1)
        .with_for_update()
    )
    if correlation is not None:
        found = found.where(outbox.c.payload["correlation"] == literal(correlation, JSONB))
    row = session.execute(found).one_or_none()
    return Job(*row) if row else None


def messages_kept(session: Session, dossier_id: int | None) -> int:
    """How many messages of this dossier nobody has taken yet."""
    return (
        session.scalar(
            select(func.count()).where(
                outbox.c.dossier_id == dossier_id, outbox.c.topic == "message", outbox.c.done_at.is_(None)
            )
        )
        or 0
    )


def settle(session: Session, job_id: uuid.UUID, now: datetime, result: object = None) -> None:
    """The job is done, for good: `result` is what is kept of its answer."""
    session.execute(update(outbox).where(outbox.c.job_id == job_id).values(done_at=now, result=result))


def wait(session: Session, job_id: uuid.UUID, *, until: datetime) -> None:
    """Nothing failed, but there is no more to do before `until`."""
    back = {"run_at": until, "dispatched_at": None, "dispatches": 0, "deaths": 0, "attempts": 0}
    session.execute(update(outbox).where(outbox.c.job_id == job_id).values(**back))


def postpone(session: Session, job_id: uuid.UUID, *, until: datetime, error: str) -> None:
    """The job failed and is tried again at `until`."""
    session.execute(
        update(outbox)
        .where(outbox.c.job_id == job_id)
        .values(run_at=until, dispatched_at=None, dispatches=0, deaths=0, last_error=error[:2000])
    )


def again(session: Session, number: int, now: datetime) -> str | None:
    """The row is due at once, as if it had never been tried; its topic, or None for a row that was carried out."""
    undone = or_(outbox.c.done_at.is_(None), outbox.c.result.has_key("given_up"), outbox.c.deaths > 5)
    fresh = {"run_at": now, "dispatched_at": None, "dispatches": 0, "deaths": 0, "attempts": 0}
    topic: str | None = session.scalar(
        update(outbox)
        .where(outbox.c.id == number, undone)
        .values(done_at=None, result=None, **fresh)
        .returning(outbox.c.topic)
    )
    return topic


def next_run(session: Session) -> datetime | None:
    """When the earliest row falls due that has not been handed out."""
    found: datetime | None = session.scalar(
        select(func.min(outbox.c.run_at)).where(outbox.c.done_at.is_(None), outbox.c.dispatched_at.is_(None))
    )
    return found


def waiting(session: Session) -> Sequence[dict[str, object]]:
    """How many rows wait, by topic, and since when the oldest: for /healthz and the admin page."""
    rows = session.execute(
        select(
            outbox.c.topic,
            func.count().label("rows"),
            func.min(outbox.c.run_at).label("oldest"),
            func.max(outbox.c.attempts).label("attempts"),
        )
        .where(outbox.c.done_at.is_(None))
        .group_by(outbox.c.topic)
        .order_by(outbox.c.topic)
    )
    return [dict(found) for found in rows.mappings()]
