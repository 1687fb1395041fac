"""A timer of the diagram falls due. Silence past a limit may count as an answer (NĐ 31/2021 art. 6: deemed agreed)."""

from __future__ import annotations

from engine import events as e
from engine import flow
from engine.actor import CLOCK
from engine.commands import FireTimer
from engine.rejection import Rejected
from engine.rules import course, opinions
from engine.rules.draft import Draft
from engine.state import Task

NO_TIMER = Rejected(
    "no_timer",
    "Hẹn giờ này không còn hiệu lực hoặc chưa đến hạn.",
    "Expected a timer that is set and due: it has fired, was cleared, or is not due yet.",
)


def fire(draft: Draft, command: FireTimer) -> Rejected | None:
    """The timer's moment has come. A late twin is rejected, harmlessly."""
    timer = draft.state.timers.get(command.timer_id)
    if timer is None or timer.due_at > draft.at:
        return NO_TIMER
    if command.timer_id.startswith(opinions.PREFIX):
        opinions.lapse(draft, command.timer_id)
        return None
    spec, position = draft.definition.flow, draft.state.flow

    def movement(names: flow.Scope) -> flow.Moved:
        return flow.fire_timer(spec, position, command.timer_id, names, draft.now)

    rejected, moved = course.run(draft, movement)
    if rejected or moved is None:
        return rejected
    attempt = draft.fork()
    attempt.record(e.TimerFired(command.timer_id, timer.element_id))
    interrupted = _interrupted(draft, moved)
    silence = draft.definition.silences.get(timer.element_id)
    if silence is not None and interrupted:
        for task in interrupted:
            attempt.record(_silent(task, silence, draft.at))
        rejected, moved = course.run(attempt, movement)  # again: now the diagram sees the silent answers
        if rejected or moved is None:
            return rejected
    if incident := course.undone(moved):
        course.raise_incident(draft, incident)
        return None
    course.follow(attempt, moved, _origin(draft, interrupted, silent=silence is not None))
    draft.adopt(attempt)
    return None


def _interrupted(draft: Draft, moved: flow.Moved) -> list[Task]:
    gone = {change.token_id for change in moved.changes if isinstance(change, flow.TokenLeft)}
    return [task for task in draft.state.tasks.values() if task.token_id in gone]


def _origin(draft: Draft, interrupted: list[Task], *, silent: bool) -> course.Origin:
    """A reply that never came hands nothing over: the dossier is still with the agency that asked for it.

    Work that was accepted, and to which no silence rule applies, goes on from the agency that has it.
    """
    if not interrupted:
        return course.Origin(draft.state.agency)
    task = interrupted[-1]
    stayed = task.offered_by if silent or task.status == "offered" else None
    return course.Origin(stayed or task.agency or None, task.no, task.element_id)


def _silent(task: Task, outcome: str, at: str) -> e.TaskCompleted:
    return e.TaskCompleted(
        task_no=task.no,
        element_id=task.element_id,
        outcome=outcome,
        by=CLOCK.id,
        at=at,
        agency=task.agency,
        silent=True,
        item_digest=task.item_digest,
        index=task.index,
    )
