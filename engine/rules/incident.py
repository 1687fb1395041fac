"""A stuck dossier tries again after an admin mended data or diagram; nothing was lost meanwhile."""

from __future__ import annotations

from engine import events as e
from engine import flow
from engine.commands import RepairIncident
from engine.rejection import Rejected
from engine.rules import course
from engine.rules.draft import Draft

NO_INCIDENT = Rejected(
    "no_incident", "Hồ sơ không có sự cố cần xử lý.", "Expected a dossier with an incident."
)


def repair(draft: Draft, command: RepairIncident) -> Rejected | None:
    """Stuck tokens try again, a failed job is sent again. What fails again raises a new incident."""
    if draft.state.incident is None:
        return NO_INCIDENT
    cleared(draft, draft.words(command.reason))
    return course.advance(
        draft,
        lambda names: flow.resume(draft.definition.flow, draft.state.flow, names, draft.now),
        course.Origin(draft.state.agency),
    )


def cleared(draft: Draft, reason: str | None) -> None:
    """An incident is over (`reason`: its digest); a job that had failed is sent again."""
    if draft.state.incident is None:
        return
    element_id, code = draft.state.incident
    draft.record(e.IncidentCleared(reason, draft.by.id))
    if code == "job_failed":
        for token_id, element in draft.state.jobs.items():
            if element == element_id and element in draft.definition.topics:
                draft.record(e.JobRequested(token_id, element, draft.definition.topics[element]))
