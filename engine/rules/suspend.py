"""A leader stops the work for a time and takes it up again: clock, timers and tasks stand still meanwhile (4 ↔ 8)."""

from __future__ import annotations

from datetime import datetime

from engine import events as e
from engine.actor import SYSTEM
from engine.commands import ResumeDossier, StopDossier
from engine.rejection import Rejected
from engine.rules import opinions, standing
from engine.rules.draft import Draft, moment
from engine.state import OPINION, Task
from engine.worktime import Stop, due


def stop(draft: Draft, command: StopDossier) -> Rejected | None:
    """Tasks stay where they are but are blocked; timers are set aside, the statutory clock pauses."""
    draft.record(e.DossierStopped(draft.at, draft.by.id, draft.words(command.reason)))
    draft.record(*(e.TimerDisarmed(timer_id, held=True) for timer_id in draft.state.timers))
    standing.change(draft, "stopped", "", command.reason)
    draft.tell("stopped")
    return None


def resume(draft: Draft, command: ResumeDossier) -> Rejected | None:
    """Everything goes on where it stood; timers and step deadlines move by the time that was lost."""
    others = (
        draft.by == SYSTEM and draft.state.stopped_by != SYSTEM.id
    )  # with its parent goes what stopped with it
    if draft.state.stopped_from is None or draft.state.stopped_at is None or others:
        return Rejected("not_stopped", "Hồ sơ không bị tạm dừng.", "Expected a stopped dossier.")
    stopped_at = datetime.fromisoformat(draft.state.stopped_at)
    status, sub_status = standing.of_tasks(draft)
    draft.record(e.DossierResumed(draft.at, draft.by.id, draft.words(command.reason)))
    standing.change(draft, status, sub_status, command.reason)
    lost = draft.now - stopped_at
    for timer_id, timer in draft.state.held_timers.items():
        later = moment(datetime.fromisoformat(timer.due_at) + lost)
        draft.record(e.TimerArmed(timer_id, timer.element_id, later, timer.attached_to))
    for task in draft.state.tasks.values():
        draft.record(*_later(draft, task, Stop(stopped_at, draft.now, "tạm dừng")))
    draft.tell("resumed")
    return None


def _later(draft: Draft, task: Task, stop: Stop) -> list[e.Event]:
    if task.kind == OPINION:
        return opinions.later(draft, task, stop)
    limit = draft.definition.steps[task.element_id].time_limit
    if limit is None or task.due_at is None:
        return []
    calendar = draft.facts.calendar(task.agency or draft.state.agency)
    found = due(limit, datetime.fromisoformat(task.opened_at), calendar, pauses=(stop,)).at
    return [e.TaskDueSet(task.no, moment(found))] if found else []
