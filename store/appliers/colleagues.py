"""Questions to other units as tasks of their queues, delegated tasks, internal notes."""

from __future__ import annotations

from engine import events
from engine.state import OPINION
from store import tables
from store.appliers.applied import Applied, moment
from store.appliers.dossier import seen_by
from store.appliers.task import as_it_stands
from store.changes import Changes
from store.tables.work import DONE, OPEN


def opinion_asked(event: events.OpinionAsked, applied: Applied, changes: Changes) -> None:
    changes.add(
        tables.task,
        {
            "id": applied.task(event.task_no),
            "dossier_id": applied.dossier_id,
            "token_id": "",
            "element_id": event.element_id,
            "kind": OPINION,
            "agency": event.agency,
            "role": event.role,
            "state": OPEN,
            "opened_at": applied.at,
            "due_at": moment(event.due_at),
            "sort_at": moment(event.due_at),
            "from_task": applied.task(event.from_task),
            "asked": event.question,
            "asked_by": event.by,
            "version": 1,
        },
    )
    seen_by(event.agency, applied, changes)


def opinion_given(event: events.OpinionGiven, applied: Applied, changes: Changes) -> None:
    ended = {"state": DONE, "ended_at": moment(event.at), "ended_by": event.by, "digest": event.answer}
    changes.alter(tables.task, {"id": applied.task(event.task_no)}, **ended)


def opinion_lapsed(event: events.OpinionLapsed, applied: Applied, changes: Changes) -> None:
    ended = {"state": DONE, "ended_at": moment(event.at), "ended_by": applied.by, "silent": True}
    changes.alter(tables.task, {"id": applied.task(event.task_no)}, **ended)


def delegated(event: events.TaskDelegated, applied: Applied, changes: Changes) -> None:
    said = {"assignee_name": event.to_name, "delegated": event.words}
    as_it_stands(event.task_no, applied, changes, **said)


def handed_back(event: events.TaskHandedBack, applied: Applied, changes: Changes) -> None:
    said = {"assignee_name": event.to_name, "delegated": event.words}
    as_it_stands(event.task_no, applied, changes, **said)


def note_written(event: events.NoteWritten, applied: Applied, changes: Changes) -> None:
    row = {
        "dossier_id": applied.dossier_id,
        "seq": applied.seq,
        "agency": event.agency,
        "written_by": event.by,
        "written_at": moment(event.at),
        "digest": event.text,
    }
    changes.add(tables.note, row)
