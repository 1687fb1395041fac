"""What one officer has done: finished tasks of a period with what their lateness and length are counted from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 2000


def finished(session: Session, account: str, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Tasks that the account ended in [since, until), newest first, at most `MOST`."""
    rows = session.execute(
        text("""
        select t.id, d.code as dossier, d.procedure_code, d.procedure_version, t.element_id,
               coalesce(s.name, t.element_id) as step_name, t.kind, t.agency, t.opened_at, t.due_at, t.ended_at
        from task t join dossier d on d.id = t.dossier_id
        left join procedure_step s on s.procedure_code = d.procedure_code and s.version = d.procedure_version
            and s.element_id = t.element_id
        where t.ended_by = :account and t.state = 2 and t.ended_at >= :since and t.ended_at < :until
        order by t.ended_at desc limit :most
        """),
        {"account": account, "since": since, "until": until, "most": MOST},
    ).mappings()
    return [dict(row) for row in rows]
