"""Folds: what the diagram waits for: timers, jobs, messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import events as e
from engine.state import State, Timer, changed, without


def _timer_armed(state: State, event: e.TimerArmed) -> State:
    timer = Timer(event.element_id, event.due_at, event.attached_to)
    held = without(state.held_timers, event.timer_id)
    return changed(state, timers={**state.timers, event.timer_id: timer}, held_timers=held)


def _timer_disarmed(state: State, event: e.TimerDisarmed) -> State:
    held = without(state.held_timers, event.timer_id)
    if event.held and event.timer_id in state.timers:
        held[event.timer_id] = state.timers[event.timer_id]
    return changed(state, timers=without(state.timers, event.timer_id), held_timers=held)


def _timer_fired(state: State, event: e.TimerFired) -> State:
    return changed(state, timers=without(state.timers, event.timer_id))


def _job_requested(state: State, event: e.JobRequested | e.ChildOpened) -> State:
    return changed(state, jobs={**state.jobs, event.token_id: event.element_id})


def _job_gone(state: State, event: e.JobFinished | e.JobCancelled) -> State:
    return changed(state, jobs=without(state.jobs, event.token_id))


def _message_awaited(state: State, event: e.MessageAwaited) -> State:
    waiting = {**state.messages, event.subscription_id: (event.name, event.correlation_digest)}
    return changed(state, messages=waiting)


def _message_cleared(state: State, event: e.MessageCleared) -> State:
    return changed(state, messages=without(state.messages, event.subscription_id))


FOLDS: Mapping[type[e.Event], Callable[[State, Any], State]] = {
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
