"""Who handles a dossier of a procedure, step by step, when it is filed at a given agency: computed, not written down.

A lane's agency is FEEL over the dossier (dialect §3). What hangs on the answers or on a loop is not known beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bpmn.picture import UnreadablePicture, describe
from casework import definitions
from engine.definition import Definition, Step
from store.tables import agency as agencies

APPLICANT = "applicant"


@dataclass
class Handler:
    """Consecutive steps at one place. `agency` "" : which agency depends on the dossier; None: the applicant's own."""

    agency: str | None
    steps: list[Step] = field(default_factory=list)


def of(session: Session, definition: Definition, receiver: str) -> list[Handler]:
    """In the order of the diagram, for a dossier received by `receiver` (an agency's code)."""
    known = {
        row.code: row for row in session.execute(select(agencies.c.code, agencies.c.name, agencies.c.level))
    }
    scope = _scope(receiver, known.get(receiver))
    found: list[Handler] = []
    for step in _in_order(session, definition):
        code = step.agency.of_scope(scope)
        place = None if step.role == APPLICANT else known[code].name if code in known else ""
        if not found or found[-1].agency != place:
            found.append(Handler(place))
        found[-1].steps.append(step)
    return found


def _in_order(session: Session, definition: Definition) -> list[Step]:
    try:
        told = describe(definitions.diagram(session, definition.code, definition.version))
    except UnreadablePicture:
        return list(definition.steps.values())
    places = {line.element_id: place for place, line in enumerate(told)}
    return sorted(definition.steps.values(), key=lambda step: places.get(step.element_id, len(places)))


def _scope(receiver: str, row: Any) -> dict[str, object]:
    about = {
        "agency": receiver,
        "agency_name": row.name if row else "",
        "agency_level": row.level if row else "",
    }
    return {"dossier": about, "answers": {}}
