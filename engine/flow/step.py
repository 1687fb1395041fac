"""The commands as pure functions: each loads a snapshot, lets one act happen (`engine.flow.acts`), and saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

from engine.flow import acts, codec
from engine.flow import changes as c
from engine.flow.definition import FlowSpec
from engine.flow.running import Running
from engine.flow.scripts import Names
from engine.flow.token import OutOfBudget

_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


def start(spec: FlowSpec, scope: c.Scope, now: datetime, start_event: str | None = None) -> c.Moved:
    """Begins a dossier at its none start event (or at `start_event`: a message, timer or signal start event, or a receive
    task that instantiates the process, whose message counts as received)."""
    engine = Running(spec, Names(scope, now), now)
    acts.begin(engine, start_event)
    before, kept = codec.save(engine), tuple(engine.changes)
    return _ran(engine, before, acts.set_off, kept)


def complete(
    spec: FlowSpec,
    snapshot: bytes,
    token_id: str,
    scope: c.Scope,
    now: datetime,
    variables: Mapping[str, object] | None = None,
) -> c.Moved:
    """A human, external, call or receive task is done. `variables` are set before the token leaves.

    Raises FlowRejected `token_not_waiting` if nothing rests under that id (done before, cancelled, never there).
    """
    return step(spec, snapshot, scope, now, lambda engine: acts.complete(engine, token_id, variables))


def fire_timer(spec: FlowSpec, snapshot: bytes, timer_id: str, scope: c.Scope, now: datetime) -> c.Moved:
    """The timer's moment has come. Raises FlowRejected `timer_not_set` (a late twin) or `timer_not_due`."""
    return step(spec, snapshot, scope, now, lambda engine: acts.fire_timer(engine, timer_id))


def throw(
    spec: FlowSpec,
    snapshot: bytes,
    token_id: str,
    kind: Literal["error", "escalation"],
    code: str | None,
    scope: c.Scope,
    now: datetime,
) -> c.Moved:
    """The task behind `token_id` ends by a BPMN error, or reports an escalation and goes on.

    Raises FlowRejected `error_not_caught` if no boundary event or event sub-process around it catches the code
    (an escalation that nobody catches changes nothing, BPMN 2.0.2 §10.5.1).
    """
    return step(spec, snapshot, scope, now, lambda engine: acts.throw(engine, token_id, kind, code))


def deliver(
    spec: FlowSpec,
    snapshot: bytes,
    name: str,
    scope: c.Scope,
    now: datetime,
    correlation: object = None,
    payload: Mapping[str, object] | None = None,
) -> c.Moved:
    """A message came. The oldest waiting catch of that name takes it: one whose correlation equals `correlation`,
    else one that has none. Nobody waiting: no changes (the caller may keep it and try again on `MessageAwaited`).
    The payload's values are set as variables of the catching element."""
    return step(spec, snapshot, scope, now, lambda engine: acts.deliver(engine, name, correlation, payload))


def signal(spec: FlowSpec, snapshot: bytes, name: str, scope: c.Scope, now: datetime) -> c.Moved:
    """A signal came from outside; every waiting catch of it happens. None waiting: no changes."""
    return step(spec, snapshot, scope, now, lambda engine: acts.signal(engine, name))


def resume(spec: FlowSpec, snapshot: bytes, scope: c.Scope, now: datetime) -> c.Moved:
    """Tries stuck tokens again and looks at conditional events: the data changed, or an admin repaired something."""
    return step(spec, snapshot, scope, now, acts.resume)


def waiting(spec: FlowSpec, snapshot: bytes) -> tuple[c.Waiting, ...]:
    """Everything that waits: tasks, timers, messages, signals, conditions, and stuck tokens."""
    return acts.waiting(codec.load(spec, snapshot, Names(c.Scope(), _NO_MOMENT)))


def step(
    spec: FlowSpec, snapshot: bytes, scope: c.Scope, now: datetime, act: Callable[[Running], None]
) -> c.Moved:
    """One act on the diagram of `snapshot`. Out of budget: it is undone, only the incident remains."""
    return _ran(codec.load(spec, snapshot, Names(scope, now)), snapshot, act, ())


def _ran(
    engine: Running, before: bytes, act: Callable[[Running], None], kept: tuple[c.Change, ...]
) -> c.Moved:
    try:
        act(engine)
    except OutOfBudget as error:
        element = engine.flow.elements.get(error.element_id)
        label = element.name or element.id if element else error.element_id
        incident = c.Incident(
            error.element_id,
            "endless_loop",
            f"Quy trình chạy quá nhiều bước tự động quanh «{label}»; bước vừa rồi đã được hủy.",
            f"The process ran through too many automatic steps around “{label}”; the step was undone.",
        )
        return c.Moved(before, (*kept, incident), False)
    return c.Moved(codec.save(engine), tuple(engine.changes), engine.completed)
