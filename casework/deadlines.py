"""Why a dossier's due date is what it is: the engine's explanation, over the law and calendar in force now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import definitions, reference
from engine import snapshot
from engine.rules import clock

_READ = text("""
    select s.body, d.procedure_code, d.procedure_version
    from dossier d join dossier_snapshot s on s.dossier_id = d.id where d.code = :code
""")


def earliest_promise(session: Session, row: Mapping[str, Any], *, now: datetime) -> date:
    """The first day that an apology may promise: a working day after today and after the due date (`row` of dossiers.one)."""
    calendar = reference.load(session, now).facts.calendar(row["agency"]["code"])
    last = max(calendar.local(now), calendar.local(row["due_at"]))
    return calendar.add_working_days(last.date(), 1)


def explain(session: Session, code: str, *, now: datetime) -> dict[str, object]:
    """The body of `GET /dossiers/{code}/deadline` (docs/dialect.md §5); `due_at` None before reception.

    Raises LookupError for an unknown code.
    """
    row = session.execute(_READ, {"code": code}).first()
    if row is None:
        raise LookupError(code)
    state = snapshot.load(bytes(row.body))
    definition = definitions.get(session, row.procedure_code, row.procedure_version)
    found = clock.explanation(definition, state, reference.load(session, now).facts)
    if found is not None:
        return found.to_json()
    limit = definition.time_limit
    return {
        "due_at": None,
        "original_due_at": None,
        "limit": {"amount": limit.amount, "unit": limit.unit, "same_day": definition.same_day}
        if limit
        else None,
        "started_at": state.clock.started_at,
        "calendar": None,
        "pauses": [],
        "extensions": [],
        "intervals": [],
    }
