"""Human tasks in queues, and the ledger of hand-overs between agencies.

A live task's row repeats the engine's state of it (queue, status, assignee, version); events add when and by whom.
"""

from __future__ import annotations

from engine import events
from store import tables
from store.appliers.applied import END_OF_TIME, Applied, moment
from store.appliers.dossier import seen_by
from store.changes import Changes
from store.tables.work import CANCELLED, DONE, OFFERED, OPEN, STATES


def opened(event: events.TaskOpened, applied: Applied, changes: Changes) -> None:
    due_at = moment(event.due_at)
    changes.add(
        tables.task,
        {
            "id": applied.task(event.task_no),
            "dossier_id": applied.dossier_id,
            "procedure_code": applied.state.procedure_code,
            "token_id": event.token_id,
            "element_id": event.element_id,
            "kind": event.kind,
            "agency": event.agency,
            "role": event.role,
            "state": OFFERED if event.offered_by else OPEN,
            "opened_at": applied.at,
            "due_at": due_at,
            "sort_at": due_at or END_OF_TIME,
            "offered_by": event.offered_by,
            "from_task": None if event.from_task is None else applied.task(event.from_task),
            "item": applied.body(event.item_digest),
            "loop_index": event.index,
            "version": 1,
        },
    )
    if event.agency:
        seen_by(event.agency, applied, changes)
    as_it_stands(event.task_no, applied, changes)


def claimed(event: events.TaskClaimed, applied: Applied, changes: Changes) -> None:
    as_it_stands(event.task_no, applied, changes, assignee_name=event.by_name)


def assigned(event: events.TaskAssigned, applied: Applied, changes: Changes) -> None:
    said = {"delegated": event.words} if event.words else {}
    as_it_stands(event.task_no, applied, changes, assignee_name=event.to_name, **said)


def released(event: events.TaskReleased, applied: Applied, changes: Changes) -> None:
    as_it_stands(event.task_no, applied, changes, assignee_name="")


def rerouted(event: events.TaskRerouted, applied: Applied, changes: Changes) -> None:
    """The dispatcher of the sending agency offers the same task elsewhere."""
    as_it_stands(event.task_no, applied, changes, assignee_name="")
    seen_by(event.agency, applied, changes)


def due_set(event: events.TaskDueSet, applied: Applied, changes: Changes) -> None:
    """The step's deadline moved with a stop of the dossier."""
    due_at = moment(event.due_at)
    as_it_stands(event.task_no, applied, changes, due_at=due_at, sort_at=due_at or END_OF_TIME)


def completed(event: events.TaskCompleted, applied: Applied, changes: Changes) -> None:
    changes.alter(
        tables.task,
        {"id": applied.task(event.task_no)},
        state=DONE,
        ended_at=moment(event.at),
        ended_by=event.by,
        outcome=event.outcome,
        silent=event.silent,
        digest=event.digest,
        note=applied.words(event.note_digest),
    )
    _of_hand_over(event.task_no, applied, changes, ended_at=applied.at)


def cancelled(event: events.TaskCancelled, applied: Applied, changes: Changes) -> None:
    changes.alter(
        tables.task,
        {"id": applied.task(event.task_no)},
        state=CANCELLED,
        ended_at=applied.at,
        ended_by=applied.by,
        note=event.reason,
    )
    _of_hand_over(event.task_no, applied, changes, ended_at=applied.at)


def handed_over(event: events.DossierHandedOver, applied: Applied, changes: Changes) -> None:
    live = applied.state.tasks.get(event.task_no)
    row = {
        "task_id": applied.task(event.task_no),
        "seq": applied.seq,
        "dossier_id": applied.dossier_id,
        "element_id": event.element_id,
        "from_agency": event.from_agency,
        "to_agency": event.to_agency,
        "handed_by": applied.by,
        "handed_at": moment(event.at),
        "due_at": moment(live.due_at) if live else None,
    }
    changes.add(tables.hand_over, row)


def hand_over_accepted(event: events.HandOverAccepted, applied: Applied, changes: Changes) -> None:
    _of_hand_over(event.task_no, applied, changes, accepted_at=moment(event.at), accepted_by=event.by)


def hand_over_refused(event: events.HandOverRefused, applied: Applied, changes: Changes) -> None:
    at = moment(event.at)
    reason = applied.words(event.reason_digest)
    said = {"refused_at": at, "refused_by": event.by, "reason": reason, "ended_at": at}
    _of_hand_over(event.task_no, applied, changes, **said)
    as_it_stands(event.task_no, applied, changes, assignee_name="")


def as_it_stands(task_no: int, applied: Applied, changes: Changes, **more: object) -> None:
    """A live task's row as the engine's state has it, and what `more` says."""
    if live := applied.state.tasks.get(task_no):
        more |= {
            "agency": live.agency,
            "role": live.role,
            "state": STATES[live.status],
            "assignee": live.assignee,
            "offered_by": live.offered_by,
            "version": live.version,
            "owner": live.owner,
        }
    if more:
        changes.alter(tables.task, {"id": applied.task(task_no)}, **more)


def _of_hand_over(task_no: int, applied: Applied, changes: Changes, **values: object) -> None:
    """The task's hand-over that has not ended: there is at most one."""
    changes.alter(tables.hand_over, {"task_id": applied.task(task_no), "ended_at": None}, **values)
