"""The statutory clock: starts at reception, stands still while the dossier waits for others, ends with the result.

Pauses are not ordered but follow from what waits: `settle` compares the clock with the live tasks after every
command, so that no way through a diagram can forget to resume (QĐ 766 2.1).
"""

from __future__ import annotations

from datetime import datetime

from engine import events as e
from engine.definition import Definition
from engine.facts import Facts
from engine.rules.draft import Draft, moment
from engine.state import State
from engine.step_kinds import CAUSES, PAUSES
from engine.worktime import Due, Explanation, Stop, TimeLimit, due, in_days


def start(draft: Draft) -> None:
    """Received: the period of the procedure begins (from the day of a complete and valid dossier)."""
    limit = draft.definition.time_limit
    calendar = draft.facts.calendar(draft.state.agency)
    found = _due(draft.definition, draft.facts, draft.state.agency, draft.now) if limit else None
    draft.record(
        e.ClockStarted(
            started_at=draft.at,
            amount=limit.amount if limit else 0,
            unit=limit.unit if limit else "",
            due_at=moment(found.at) if found and found.at else None,
            calendar=f"{calendar.code}@{calendar.version}",
        )
    )


def settle(draft: Draft) -> None:
    """Pauses, resumes, ends or reopens the clock, as the live tasks and the status demand."""
    state = draft.state
    if state.clock.started_at is None:
        return
    over = state.closed or state.status in ("resolved", "returned")
    if over and state.clock.ended_at is None:
        _resume(draft)
        draft.record(e.ClockEnded(draft.at, on_time(draft.definition, draft.state, draft.facts, draft.now)))
    elif not over and state.clock.ended_at is not None:
        draft.record(e.ClockReopened(draft.at))
    if over:
        return
    wanted, running = _causes(draft), _open_cause(draft.state)
    if running is not None and running not in wanted:
        _resume(draft)
    if wanted and _open_cause(draft.state) is None:
        draft.record(e.ClockPaused(draft.at, wanted[0], _document(wanted[0])))


def due_at(
    definition: Definition, state: State, facts: Facts, now: datetime, more_days: int = 0
) -> str | None:
    """The due date if the clock ran on from now; None if law sets none."""
    if definition.time_limit is None or state.clock.started_at is None:
        return None
    stops = [Stop(stop.from_at, stop.to_at or now, stop.reason, stop.document) for stop in stops_of(state)]
    found = _due(
        definition,
        facts,
        state.agency,
        datetime.fromisoformat(state.clock.started_at),
        stops,
        state.clock.extension_days + more_days,
    )
    return moment(found.at) if found.at else None


def if_received(definition: Definition, facts: Facts, agency: str, at: datetime) -> str | None:
    """When the result would be due if a complete dossier were received at this moment; None if law sets no limit."""
    found = _due(definition, facts, agency, at) if definition.time_limit else None
    return moment(found.at) if found and found.at else None


def explanation(definition: Definition, state: State, facts: Facts) -> Explanation | None:
    """How the dossier's due date came about (`GET …/deadline`); None before reception or without a limit."""
    if definition.time_limit is None or state.clock.started_at is None:
        return None
    started_at = datetime.fromisoformat(state.clock.started_at)
    days = state.clock.extension_days
    return _due(definition, facts, state.agency, started_at, stops_of(state), days).explanation


def on_time(definition: Definition, state: State, facts: Facts, at: datetime) -> bool | None:
    """Limits in days by local date, limits in hours by the instant; None if there is no due date."""
    if definition.time_limit is None or state.clock.due_at is None:
        return None
    due_moment = datetime.fromisoformat(state.clock.due_at)
    if in_days(definition.time_limit, definition.same_day):
        calendar = facts.calendar(state.agency)
        return calendar.local(at).date() <= calendar.local(due_moment).date()
    return at <= due_moment


def step_due(draft: Draft, limit: TimeLimit | None, agency: str) -> str | None:
    """When a step opened now is due in its agency's working time."""
    if limit is None:
        return None
    found = due(limit, draft.now, draft.facts.calendar(agency)).at
    return moment(found) if found else None


def stops_of(state: State) -> list[Stop]:
    """The clock's pauses as `worktime` wants them."""
    return [
        Stop(
            datetime.fromisoformat(pause.from_at),
            datetime.fromisoformat(pause.to_at) if pause.to_at else None,
            CAUSES.get(pause.cause, pause.cause),
            pause.document,
        )
        for pause in state.clock.pauses
    ]


def _due(
    definition: Definition,
    facts: Facts,
    agency: str,
    started_at: datetime,
    stops: list[Stop] | None = None,
    extension_days: int = 0,
) -> Due:
    assert definition.time_limit is not None
    return due(
        definition.time_limit,
        started_at,
        facts.calendar(agency),
        definition.cut_off,
        stops or (),
        extension_days,
        definition.same_day,
    )


def _resume(draft: Draft) -> None:
    if _open_cause(draft.state) is not None:
        draft.record(e.ClockResumed(draft.at, due_at(draft.definition, draft.state, draft.facts, draft.now)))


def _causes(draft: Draft) -> list[str]:
    """Why the clock stands still, the gravest first; empty = it runs."""
    state = draft.state
    causes = ["stopped"] if state.stopped_from is not None else []
    kinds = {task.kind for task in state.tasks.values()}
    causes += [cause for kind, cause in PAUSES.items() if kind in kinds]
    steps = [draft.definition.steps[task.element_id] for task in state.tasks.values()]
    if steps and not any(step.counted for step in steps):
        causes.append("outside")
    return causes


def _open_cause(state: State) -> str | None:
    return next((pause.cause for pause in state.clock.pauses if pause.to_at is None), None)


def _document(cause: str) -> str:
    return "Mẫu 02" if cause == "supplement" else ""
