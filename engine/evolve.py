"""`evolve(state, event)`: the next state. A pure fold, the same for the live decision and for replay from the log.

It decides nothing and reads no clock. What is not a fold of events: `seq` (one per command), `flow` (the diagram's
position) and `items` (what loops go over), primary in the snapshot: see `replay`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from engine import events as e
from engine.state import OPINION, Clock, Pause, Payment, State, StepRecord, Task, Timer

Record = TypeVar("Record", State, Task, Clock, Pause, Payment)


def evolve(state: State, event: e.Event) -> State:
    """The state after `event`. Events without a fold (papers, notices, hand-over rows) leave it as it is."""
    fold = FOLDS.get(type(event))
    return fold(state, event) if fold else state


def replay(commands: Iterable[Iterable[e.Event]], state: State | None = None) -> State:
    """The state after all commands of a log, each the events of one row; only `flow` and `items` are not in it."""
    state = state or State()
    for happened in commands:
        for event in happened:
            state = evolve(state, event)
        state = changed(state, seq=state.seq + 1)
    return state


def changed(record: Record, **values: Any) -> Record:
    """`dataclasses.replace` without running `__init__`: states change at every event, this is 8 × faster."""
    copy: Record = object.__new__(type(record))
    copy.__dict__.update(record.__dict__, **values)
    return copy


# -- the dossier ------------------------------------------------------------------------------------------------


def _submitted(state: State, event: e.DossierSubmitted) -> State:
    return changed(
        state,
        dossier_code=event.dossier_code,
        procedure_code=event.procedure_code,
        procedure_version=event.procedure_version,
        agency=event.agency,
        via=event.via,
        channel=event.channel,
        submitted_at=event.at,
        reception_due_at=event.reception_due_at,
        parent=event.parent,
    )


def _answers_recorded(state: State, event: e.AnswersRecorded) -> State:
    return changed(state, answers={**state.answers, event.form: event.digest})


def _component_received(state: State, event: e.ComponentReceived) -> State:
    return changed(state, components={**state.components, event.code: event.attachments})


def _status_changed(state: State, event: e.StatusChanged) -> State:
    return changed(state, status=event.status, sub_status=event.sub_status)


RUNNING = {"stopped_from": None, "stopped_at": None, "stopped_by": None}


def _stopped(state: State, event: e.DossierStopped) -> State:
    return changed(state, stopped_from=state.status, stopped_at=event.at, stopped_by=event.by)


def _resumed(state: State, event: e.DossierResumed) -> State:
    return changed(state, **RUNNING)


def _result_issued(state: State, event: e.ResultIssued) -> State:
    return changed(state, results={**state.results, event.code: event.stage})


def _result_revoked(state: State, event: e.ResultRevoked) -> State:
    return changed(state, results={**state.results, event.code: "revoked"})


def _fee_set(state: State, event: e.FeeSet) -> State:
    return changed(state, fees={**state.fees, event.code: event.amount_vnd})


def _fee_paid(state: State, event: e.FeePaid) -> State:
    payment = Payment(event.method, dict(event.fees), event.surplus_vnd)
    return changed(state, payments={**state.payments, event.reference: payment})


def _refund_ordered(state: State, event: e.RefundOrdered) -> State:
    payment = changed(state.payments[event.reference], going_back=event.amount_vnd)
    return changed(state, payments={**state.payments, event.reference: payment})


def _fee_refunded(state: State, event: e.FeeRefunded) -> State:
    """A surplus went back and the fees stay paid; anything more was the whole payment."""
    was = state.payments[event.reference]
    kept = was.fees if event.amount_vnd == was.surplus_vnd else {}
    return changed(state, payments={**state.payments, event.reference: Payment(was.method, kept)})


def _closed(state: State, event: e.DossierClosed) -> State:
    return changed(state, closed=True, **RUNNING)


def _incident_raised(state: State, event: e.IncidentRaised) -> State:
    return changed(state, incident=(event.element_id, event.code))


def _incident_cleared(state: State, event: e.IncidentCleared) -> State:
    return changed(state, incident=None)


# -- the statutory clock ----------------------------------------------------------------------------------------


def _clock_started(state: State, event: e.ClockStarted) -> State:
    clock = Clock(
        started_at=event.started_at,
        amount=event.amount,
        unit=event.unit,
        calendar=event.calendar,
        due_at=event.due_at,
        original_due_at=event.due_at,
    )
    return changed(state, received_at=event.started_at, clock=clock)


def _clock_paused(state: State, event: e.ClockPaused) -> State:
    pauses = (*state.clock.pauses, Pause(event.at, event.cause, document=event.document))
    return changed(state, clock=changed(state.clock, pauses=pauses))


def _clock_resumed(state: State, event: e.ClockResumed) -> State:
    pauses = tuple(pause if pause.to_at else changed(pause, to_at=event.at) for pause in state.clock.pauses)
    return changed(state, clock=changed(state.clock, pauses=pauses, due_at=event.due_at))


def _clock_ended(state: State, event: e.ClockEnded) -> State:
    return changed(state, clock=changed(state.clock, ended_at=event.at))


def _clock_reopened(state: State, event: e.ClockReopened) -> State:
    return changed(state, clock=changed(state.clock, ended_at=None))


def _extended(state: State, event: e.DeadlineExtended) -> State:
    days = state.clock.extension_days + event.days
    return changed(state, clock=changed(state.clock, extension_days=days, due_at=event.due_at))


def _apologised(state: State, event: e.Apologised) -> State:
    return changed(state, apologies=state.apologies + 1, promised_on=event.new_due_on)


def _reception_due_set(state: State, event: e.ReceptionDueSet) -> State:
    return changed(state, reception_due_at=event.due_at)


# -- tasks ------------------------------------------------------------------------------------------------------


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
    return changed(state, open_supplements=_without(state.open_supplements, task_no))


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
    return changed(state, tasks=_without(state.tasks, task_no))


# -- timers, jobs, messages -------------------------------------------------------------------------------------


def _timer_armed(state: State, event: e.TimerArmed) -> State:
    timer = Timer(event.element_id, event.due_at, event.attached_to)
    held = _without(state.held_timers, event.timer_id)
    return changed(state, timers={**state.timers, event.timer_id: timer}, held_timers=held)


def _timer_disarmed(state: State, event: e.TimerDisarmed) -> State:
    held = _without(state.held_timers, event.timer_id)
    if event.held and event.timer_id in state.timers:
        held[event.timer_id] = state.timers[event.timer_id]
    return changed(state, timers=_without(state.timers, event.timer_id), held_timers=held)


def _timer_fired(state: State, event: e.TimerFired) -> State:
    return changed(state, timers=_without(state.timers, event.timer_id))


def _job_requested(state: State, event: e.JobRequested | e.ChildOpened) -> State:
    return changed(state, jobs={**state.jobs, event.token_id: event.element_id})


def _job_gone(state: State, event: e.JobFinished | e.JobCancelled) -> State:
    return changed(state, jobs=_without(state.jobs, event.token_id))


def _message_awaited(state: State, event: e.MessageAwaited) -> State:
    waiting = {**state.messages, event.subscription_id: (event.name, event.correlation_digest)}
    return changed(state, messages=waiting)


def _message_cleared(state: State, event: e.MessageCleared) -> State:
    return changed(state, messages=_without(state.messages, event.subscription_id))


def _without(mapping: Mapping[Any, Any], key: object) -> dict[Any, Any]:
    return {name: value for name, value in mapping.items() if name != key}


FOLDS: Mapping[type[e.Event], Callable[[State, Any], State]] = {
    e.DossierSubmitted: _submitted,
    e.AnswersRecorded: _answers_recorded,
    e.ComponentReceived: _component_received,
    e.StatusChanged: _status_changed,
    e.DossierStopped: _stopped,
    e.DossierResumed: _resumed,
    e.FeeSet: _fee_set,
    e.FeePaid: _fee_paid,
    e.RefundOrdered: _refund_ordered,
    e.FeeRefunded: _fee_refunded,
    e.ResultIssued: _result_issued,
    e.ResultRevoked: _result_revoked,
    e.DossierClosed: _closed,
    e.IncidentRaised: _incident_raised,
    e.IncidentCleared: _incident_cleared,
    e.ClockStarted: _clock_started,
    e.ClockPaused: _clock_paused,
    e.ClockResumed: _clock_resumed,
    e.ClockEnded: _clock_ended,
    e.ClockReopened: _clock_reopened,
    e.DeadlineExtended: _extended,
    e.Apologised: _apologised,
    e.ReceptionDueSet: _reception_due_set,
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
    e.TimerArmed: _timer_armed,
    e.TimerDisarmed: _timer_disarmed,
    e.TimerFired: _timer_fired,
    e.JobRequested: _job_requested,
    e.ChildOpened: _job_requested,
    e.JobFinished: _job_gone,
    e.JobCancelled: _job_gone,
    e.MessageAwaited: _message_awaited,
    e.MessageCleared: _message_cleared,
}
