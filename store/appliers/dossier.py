"""The dossier's own row: status, statutory clock, applicant's name for lists."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from engine import events
from store import tables
from store.appliers.applied import Applied, moment
from store.changes import Changes
from store.folding import dossier_key
from store.tables.work import CANCELLED, DONE


def submitted(event: events.DossierSubmitted, applied: Applied, changes: Changes) -> None:
    applicant = _applicant(event.applicant_digest, applied)
    changes.add(
        tables.dossier,
        {
            "id": applied.dossier_id,
            "code": event.dossier_code,
            "procedure_code": event.procedure_code,
            "procedure_version": event.procedure_version,
            "agency": event.agency,
            "via": event.via,
            "mandate": event.mandate and uuid.UUID(event.mandate),
            "channel": event.channel,
            "return_by": event.return_by,
            "status": "submitted",
            "seq": applied.seq,
            "submitted_at": applied.at,
            "reception_due_at": moment(event.reception_due_at),
            "applicant_account": applicant.get("account"),
            "applicant_name": applicant.get("name", ""),
            "secret": applied.opening.secret if applied.opening else "",
            "salt": applied.opening.salt if applied.opening else None,
            "parent": event.parent,
            "parent_token": applied.opening.parent_token if applied.opening else None,
        },
    )
    _seen_by(event.agency, dossier_key(str(applicant.get("name", "")), event.dossier_code), applied, changes)


def answers_recorded(event: events.AnswersRecorded, applied: Applied, changes: Changes) -> None:
    """Bodies are written by the journal; here files become the dossier's, and a corrected name reaches the lists."""
    for attachment in event.files:
        changes.alter(tables.attachment, {"id": attachment}, dossier_id=applied.dossier_id)
    if event.form != "$persons":
        return
    applicant = _applicant(event.digest, applied)
    name = str(applicant.get("name", ""))
    changes.alter(
        tables.dossier, applied.dossier, applicant_name=name, applicant_account=applicant.get("account")
    )
    key = dossier_key(name, applied.state.dossier_code)
    changes.alter(tables.dossier_sight, applied.of_dossier, search_key=key)


def seen_by(agency: str, applied: Applied, changes: Changes) -> None:
    """From now on `agency` has to do with the dossier."""
    applicant = _applicant(applied.state.answers.get("$persons", ""), applied)
    key = dossier_key(str(applicant.get("name", "")), applied.state.dossier_code)
    _seen_by(agency, key, applied, changes)


def status_changed(event: events.StatusChanged, applied: Applied, changes: Changes) -> None:
    received_at = moment(applied.state.received_at)
    changes.alter(
        tables.dossier,
        applied.dossier,
        status=event.status,
        sub_status=event.sub_status,
        received_at=received_at,
    )


def clock_moved(
    event: events.ClockStarted | events.ClockResumed | events.DeadlineExtended,
    applied: Applied,
    changes: Changes,
) -> None:
    """Both due dates as the engine keeps them: pauses move them, the original one knows no extension."""
    clock = applied.state.clock
    changes.alter(
        tables.dossier,
        applied.dossier,
        due_at=moment(clock.due_at),
        original_due_at=moment(clock.original_due_at),
    )
    if isinstance(event, events.ClockResumed):
        changes.alter(tables.dossier, applied.dossier, paused_since=None)


def clock_paused(event: events.ClockPaused, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, paused_since=moment(event.at))


def clock_ended(event: events.ClockEnded, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, ended_at=moment(event.at), on_time=event.on_time)


def clock_reopened(event: events.ClockReopened, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, ended_at=None, on_time=None)


def reception_due_set(event: events.ReceptionDueSet, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, reception_due_at=moment(event.due_at))


def apologised(event: events.Apologised, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, promised_on=date.fromisoformat(event.new_due_on))


def migrated(event: events.DossierMigrated, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, procedure_version=event.to_version)
    for old, new in event.renamed.items():
        for ended in (DONE, CANCELLED):
            where = {**applied.of_dossier, "element_id": old, "state": ended}
            changes.alter(tables.task, where, element_id=new)
    new_ids = set(event.renamed.values())
    for task in applied.state.tasks.values():
        if task.element_id in new_ids:
            changes.alter(tables.task, {"id": applied.task(task.no)}, element_id=task.element_id)
    for timer_id, timer in applied.state.timers.items():
        if timer.element_id in new_ids:
            where = {**applied.of_dossier, "timer_id": timer_id}
            changes.alter(tables.timer, where, element_id=timer.element_id)


def incident_raised(event: events.IncidentRaised, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, incident=event.code)


def incident_cleared(event: events.IncidentCleared, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, incident=None)


def closed(event: events.DossierClosed, applied: Applied, changes: Changes) -> None:
    changes.alter(tables.dossier, applied.dossier, closed=True, end_kind=event.end_kind)
    changes.alter(tables.dossier_sight, applied.of_dossier, open=None)


def _seen_by(agency: str, key: str, applied: Applied, changes: Changes) -> None:
    row = {"agency": agency, "dossier_id": applied.dossier_id, "search_key": key}
    changes.add(tables.dossier_sight, row, "keep")


def _applicant(digest: str, applied: Applied) -> Mapping[str, object]:
    persons = applied.bodies.get(digest)
    applicant = persons.get("applicant") if isinstance(persons, Mapping) else None
    return applicant if isinstance(applicant, Mapping) else {}
