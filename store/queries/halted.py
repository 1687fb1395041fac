"""Work in the background that does not get on (admin): what killed every worker, what was given up, what fails again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.tables import halted_note

FAILING_FROM = 3  # attempts: what fails once or twice mostly succeeds by itself


LIMIT = 50
_STOPPED = (
    """select 'document' as kind, batch || ':' || task_id as ref, '' as topic, dossier_id, ended_at as at, 'killed' as state,
              '' as error, tries as attempts, false as waited_for
       from signing where problem = 'worker_killed'""",
    """select 'scan' as kind, batch || ':' || scan as ref, '' as topic, dossier_id, ended_at as at, 'killed' as state,
              '' as error, tries as attempts, false as waited_for
       from scan_signing where problem = 'worker_killed'""",
    """select 'slip' as kind, dossier_id || ':' || seq || ':' || paper as ref, '' as topic, dossier_id, ended_at as at,
              'killed' as state, '' as error, tries as attempts, false as waited_for
       from slip where problem = 'worker_killed'""",
    """select 'job' as kind, id::text as ref, topic, dossier_id, done_at as at, 'killed' as state, '' as error, attempts,
              payload ? 'token' as waited_for
       from outbox where deaths > 5 and done_at is not null""",
    """select 'job' as kind, id::text as ref, topic, dossier_id, done_at as at, 'given_up' as state,
              result ->> 'given_up' as error, attempts, false as waited_for
       from outbox where result ? 'given_up' and deaths <= 5""",
    """select 'job' as kind, id::text as ref, topic, dossier_id, run_at as at, 'failing' as state, last_error as error,
              attempts, payload ? 'token' as waited_for
       from outbox where done_at is null and last_error <> '' and attempts >= :failing""",
)
_OPEN = """(select * from ({stopped}) w where not exists (
    select from halted_note n where n.kind = w.kind and n.ref = w.ref and n.settled and n.at >= w.at) {newest})"""
_NEWEST = """select w.*, d.code as dossier from ({each}) w left join dossier d on d.id = w.dossier_id
             order by w.at desc, w.kind limit :limit"""
_TOTAL = "select count(*) from ({each}) w"


def found(session: Session, limit: int = LIMIT) -> list[dict[str, Any]]:
    """The newest first: {kind: document | scan | slip | job, ref, topic, dossier (its code, or None), at, state, error, attempts,
    waited_for: a diagram waits for it}. `state` is killed, given_up or failing (tried again `at`).

    What an admin has settled is left out, until it stops anew.
    """
    rows = session.execute(
        text(_NEWEST.format(each=_each("order by at desc limit :limit"))),
        {"limit": limit, "failing": FAILING_FROM},
    ).mappings()
    return [dict(row) for row in rows]


def total(session: Session) -> int:
    """How much there is of it, however little is listed."""
    return int(session.execute(text(_TOTAL.format(each=_each())), {"failing": FAILING_FROM}).scalar_one())


def _each(newest: str = "") -> str:
    return " union all ".join(_OPEN.format(stopped=stopped, newest=newest) for stopped in _STOPPED)


def notes(session: Session, limit: int = 10) -> list[dict[str, Any]]:
    """What admins did about it, the newest first."""
    rows = session.execute(halted_note.select().order_by(halted_note.c.id.desc()).limit(limit)).mappings()
    return [dict(row) for row in rows]
