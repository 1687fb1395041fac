"""Work that killed every worker who took it, and is not tried again: documents, scans, jobs (admin)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


def found(session: Session, limit: int = 50) -> list[dict[str, Any]]:
    """The newest first: {kind: document | scan | job, topic, dossier (its code, or None), at}."""
    rows = session.execute(
        text("""
        select w.kind, w.topic, d.code as dossier, w.at from (
            (select 'document' as kind, '' as topic, dossier_id, ended_at as at from signing
             where problem = 'worker_killed' order by ended_at desc limit :limit)
            union all
            (select 'scan', '', dossier_id, ended_at from scan_signing
             where problem = 'worker_killed' order by ended_at desc limit :limit)
            union all
            (select 'job', topic, dossier_id, done_at from outbox
             where deaths > 5 and done_at is not null order by done_at desc limit :limit)
        ) w left join dossier d on d.id = w.dossier_id order by w.at desc limit :limit
        """),
        {"limit": limit},
    ).mappings()
    return [dict(row) for row in rows]
