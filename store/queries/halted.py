"""Work in the background that does not get on (admin): what killed every worker, what was given up, what fails again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.tables import halted_note

FAILING_FROM = 3  # attempts: what fails once or twice mostly succeeds by itself


def found(session: Session, limit: int = 50) -> list[dict[str, Any]]:
    """The newest first: {kind: document | scan | slip | job, ref, topic, dossier (its code, or None), at, state, error, attempts,
    waited_for: a diagram waits for it}. `state` is killed, given_up or failing (tried again `at`).

    What an admin has settled is left out, until it stops anew.
    """
    rows = session.execute(
        text("""
        select w.*, d.code as dossier from (
            (select 'document' as kind, batch || ':' || task_id as ref, '' as topic, dossier_id, ended_at as at,
                    'killed' as state, '' as error, tries as attempts, false as waited_for
             from signing where problem = 'worker_killed' order by ended_at desc limit :limit)
            union all
            (select 'scan', batch || ':' || scan, '', dossier_id, ended_at, 'killed', '', tries, false
             from scan_signing where problem = 'worker_killed' order by ended_at desc limit :limit)
            union all
            (select 'slip', dossier_id || ':' || seq || ':' || paper, '', dossier_id, ended_at, 'killed', '', tries, false
             from slip where problem = 'worker_killed' order by ended_at desc limit :limit)
            union all
            (select 'job', id::text, topic, dossier_id, done_at, 'killed', '', attempts, payload ? 'token'
             from outbox where deaths > 5 and done_at is not null order by done_at desc limit :limit)
            union all
            (select 'job', id::text, topic, dossier_id, done_at, 'given_up', result ->> 'given_up', attempts, false
             from outbox where result ? 'given_up' and deaths <= 5 order by done_at desc limit :limit)
            union all
            (select 'job', id::text, topic, dossier_id, run_at, 'failing', last_error, attempts, payload ? 'token'
             from outbox where done_at is null and last_error <> '' and attempts >= :failing
             order by run_at desc limit :limit)
        ) w left join dossier d on d.id = w.dossier_id
        where not exists (select from halted_note n
                          where n.kind = w.kind and n.ref = w.ref and n.settled and n.at >= w.at)
        order by w.at desc, w.kind limit :limit
        """),
        {"limit": limit, "failing": FAILING_FROM},
    ).mappings()
    return [dict(row) for row in rows]


def notes(session: Session, limit: int = 10) -> list[dict[str, Any]]:
    """What admins did about it, the newest first."""
    rows = session.execute(halted_note.select().order_by(halted_note.c.id.desc()).limit(limit)).mappings()
    return [dict(row) for row in rows]
