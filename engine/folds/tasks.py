"""Folds: tasks, opinions and requests for papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import events as e
from engine.state import OPINION, State, StepRecord, Task, changed, without


def _task_opened(state: State, event: e.TaskOpened) -> State:
    task = Task(
        no=event.task_no,
        token_id=event.token_id,
        element_id=event.element_id,
        kind=event.kind,
        agency=event.agency,
        role=event.role,
        status="refused" if event.unrouted else "offered" if event.offered_by else "open",
        opened_at=event.at,
        due_at=event.due_at,
        offered_by=event.offered_by,
        from_task=event.from_task,
        from_element=event.from_element,
        item_digest=event.item_digest,
        index=event.index,
    )
    return changed(
        state,
        tasks={**state.tasks, event.task_no: task},
        next_task_no=event.task_no + 1,
        steps=_entered(state, event),
    )


def _entered(state: State, event: e.TaskOpened) -> Mapping[str, tuple[StepRecord, ...]]:
    """Records of a step live until it is entered again, so that a dossier does not grow with its loops.

    An instance of a loop replaces its own record; the first instance, opening while no other waits, begins anew.
    """
    records = state.steps.get(event.element_id)
    if not records:
        return state.steps
    waits = any(task.element_id == event.element_id and task.kind != OPINION for task in state.tasks.values())
    if event.index is None or (event.index == 0 and not waits):
        return {name: kept for name, kept in state.steps.items() if name != event.element_id}
    kept = tuple(
        record for record in records if (record.index, record.item_digest) != (event.index, event.item_digest)
    )
    return {**state.steps, event.element_id: kept}


def _task_claimed(state: State, event: e.TaskClaimed) -> State:
    return _task(state, event.task_no, status="claimed", assignee=event.by, **UNOWNED)


def _task_assigned(state: State, event: e.TaskAssigned) -> State:
    return _task(state, event.task_no, status="claimed", assignee=event.to, **UNOWNED)


def _task_released(state: State, event: e.TaskReleased) -> State:
    return _task(state, event.task_no, status="open", assignee=None, **UNOWNED)


UNOWNED = {"owner": None, "owner_name": ""}  # who gets a task anew owes it to nobody


def _delegated(state: State, event: e.TaskDelegated) -> State:
    owner = {"owner": event.by, "owner_name": event.by_name}
    return _task(state, event.task_no, assignee=event.to, **owner)


def _handed_back(state: State, event: e.TaskHandedBack) -> State:
    return _task(state, event.task_no, assignee=event.to, **UNOWNED)


def _opinion_asked(state: State, event: e.OpinionAsked) -> State:
    task = Task(
        no=event.task_no,
        token_id="",
        element_id=event.element_id,
        kind=OPINION,
        agency=event.agency,
        role=event.role,
        status="open",
        opened_at=event.at,
        due_at=event.due_at,
        from_task=event.from_task,
        limit=event.limit,
    )
    return changed(state, tasks={**state.tasks, event.task_no: task}, next_task_no=event.task_no + 1)


def _opinion_over(state: State, event: e.OpinionGiven | e.OpinionLapsed) -> State:
    return _without_task(state, event.task_no)


def _task_due_set(state: State, event: e.TaskDueSet) -> State:
    return _task(state, event.task_no, due_at=event.due_at)


def _hand_over_refused(state: State, event: e.HandOverRefused) -> State:
    queue = {"agency": event.back_to_agency, "role": event.back_to_role}
    return _task(state, event.task_no, status="refused", assignee=None, **UNOWNED, **queue)


def _task_rerouted(state: State, event: e.TaskRerouted) -> State:
    sender = state.tasks[event.task_no].agency
    status, offered_by = ("open", None) if event.agency == sender else ("offered", sender)
    return _task(
        state,
        event.task_no,
        status=status,
        offered_by=offered_by,
        agency=event.agency,
        role=event.role,
        assignee=None,
        **UNOWNED,
    )


def _task_completed(state: State, event: e.TaskCompleted) -> State:
    record = StepRecord(
        outcome=event.outcome,
        at=event.at,
        by=event.by,
        agency=event.agency,
        task_no=event.task_no,
        silent=event.silent,
        item_digest=event.item_digest,
        digest=event.digest,
        index=event.index,
    )
    done = (*state.steps.get(event.element_id, ()), record)
    state = changed(state, steps={**state.steps, event.element_id: done}, last_outcome=event.outcome)
    state = _without_task(state, event.task_no)
    return _unanswered(state, event.task_no) if event.silent else state


def _task_cancelled(state: State, event: e.TaskCancelled) -> State:
    return _unanswered(_without_task(state, event.task_no), event.task_no)


def _unanswered(state: State, task_no: int) -> State:
    """A request for papers that fell away with its task: nobody waits for its answer any more."""
    return changed(state, open_supplements=without(state.open_supplements, task_no))


def _supplement_requested(state: State, event: e.SupplementRequested) -> State:
    waiting = {**state.open_supplements, event.task_no: event.number}
    if event.before_reception:
        return changed(state, open_supplements=waiting, early_supplements=state.early_supplements + 1)
    return changed(state, open_supplements=waiting, supplements=state.supplements + 1)


def _supplement_allowed(state: State, event: e.SupplementAllowed) -> State:
    return changed(state, allowed_supplements=state.allowed_supplements + 1)


def _supplement_answered(state: State, event: e.SupplementAnswered) -> State:
    waiting = {task: number for task, number in state.open_supplements.items() if number != event.number}
    return changed(state, open_supplements=waiting)


def _task(state: State, task_no: int, **values: Any) -> State:
    task = state.tasks[task_no]
    return changed(state, tasks={**state.tasks, task_no: changed(task, version=task.version + 1, **values)})


def _without_task(state: State, task_no: int) -> State:
    return changed(state, tasks=without(state.tasks, task_no))


FOLDS: Mapping[type[e.Event], Callable[[State, Any], State]] = {
    e.TaskOpened: _task_opened,
    e.TaskClaimed: _task_claimed,
    e.TaskAssigned: _task_assigned,
    e.TaskReleased: _task_released,
    e.TaskDelegated: _delegated,
    e.TaskHandedBack: _handed_back,
    e.OpinionAsked: _opinion_asked,
    e.OpinionGiven: _opinion_over,
    e.OpinionLapsed: _opinion_over,
    e.TaskDueSet: _task_due_set,
    e.HandOverRefused: _hand_over_refused,
    e.TaskRerouted: _task_rerouted,
    e.TaskCompleted: _task_completed,
    e.TaskCancelled: _task_cancelled,
    e.SupplementRequested: _supplement_requested,
    e.SupplementAllowed: _supplement_allowed,
    e.SupplementAnswered: _supplement_answered,
}
