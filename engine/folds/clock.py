"""Folds: the statutory clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import events as e
from engine.state import Clock, Pause, State, changed


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


FOLDS: Mapping[type[e.Event], Callable[[State, Any], State]] = {
    e.ClockStarted: _clock_started,
    e.ClockPaused: _clock_paused,
    e.ClockResumed: _clock_resumed,
    e.ClockEnded: _clock_ended,
    e.ClockReopened: _clock_reopened,
    e.DeadlineExtended: _extended,
    e.Apologised: _apologised,
    e.ReceptionDueSet: _reception_due_set,
}
