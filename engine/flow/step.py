"""The commands: each loads a snapshot, lets one thing happen, runs until all rests, and saves. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow import codec
from engine.flow.definition import FlowSpec
from engine.flow.mends import propagation
from engine.flow.mends.activities import arrived, begins_by_message, innermost_instance, is_open, path
from engine.flow.mends.events import Catching
from engine.flow.running import Running
from engine.flow.scripts import Names
from engine.flow.token import OutOfBudget, Token

_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


def start(spec: FlowSpec, scope: c.Scope, now: datetime, start_event: str | None = None) -> c.Moved:
    """Begins a dossier at its none start event (or at `start_event`: a message, timer or signal start event, or a receive
    task that instantiates the process, whose message counts as received)."""
    entries = spec.root.entries
    if start_event is not None:
        chosen = spec.root.task_specs.get(start_event)
        if chosen is None or not (chosen.element.type == "startEvent" or begins_by_message(chosen)):
            raise _rejected(
                "unknown_start",
                f"Không có sự kiện bắt đầu «{start_event}».",
                f"There is no start event “{start_event}”.",
            )
        entries = (chosen,)
    if not entries:
        raise _rejected(
            "which_start",
            "Sơ đồ có nhiều sự kiện bắt đầu; phải nói rõ bắt đầu từ đâu.",
            "The diagram has several start events; the one to begin at must be named.",
        )
    engine = Running(spec, Names(scope, now), now)
    engine.begin(entries)
    before = codec.save(engine)
    if begins_by_message(entries[0]):  # the message that begins the dossier is here
        engine.drain()
        for token in engine.tokens():
            if token.armed and token.task_spec is entries[0]:
                token.task_spec.happen(token)
    return run(engine, before)


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
    engine = codec.load(spec, snapshot, Names(scope, now))
    token = _open_token(engine, token_id)
    for name, value in (variables or {}).items():
        engine.set_variable(name, value, token.task_spec.element.id)
    return run(engine, snapshot, lambda: engine.attempt(token, token.complete))


def fire_timer(spec: FlowSpec, snapshot: bytes, timer_id: str, scope: c.Scope, now: datetime) -> c.Moved:
    """The timer's moment has come. Raises FlowRejected `timer_not_set` (a late twin) or `timer_not_due`."""
    engine = codec.load(spec, snapshot, Names(scope, now))
    token = engine.find(timer_id)
    if token is None or not token.armed or "due" not in token.memo:
        raise _rejected("timer_not_set", "Hẹn giờ này không còn hiệu lực.", "This timer is no longer set.")
    if now < token.memo["due"]:
        raise _rejected("timer_not_due", "Hẹn giờ này chưa đến hạn.", "This timer is not due yet.")
    return run(engine, snapshot, lambda: token.task_spec.happen(token))


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
    engine = codec.load(spec, snapshot, Names(scope, now))
    token = _open_token(engine, token_id)
    listener = propagation.catcher(token, kind, code)
    if listener is None:
        if kind == "error":
            raise _rejected(
                "error_not_caught",
                f"Không sự kiện lỗi nào đón lỗi «{code}» của «{token.task_spec.element.name}».",
                f"No error event catches the error “{code}” of “{token.task_spec.element.name}”.",
            )
        return c.Moved(snapshot, (), engine.completed)
    return run(engine, snapshot, lambda: listener.task_spec.happen(listener))


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
    engine = codec.load(spec, snapshot, Names(scope, now))
    waiting = [
        t
        for t in engine.tokens()
        if t.armed
        and t.task_spec.event.kind == "message"
        and t.task_spec.event.name == name
        and "correlation" in t.memo
    ]
    exact = [t for t in waiting if t.memo["correlation"] is not None and t.memo["correlation"] == correlation]
    taker = next(iter(exact or [t for t in waiting if t.memo["correlation"] is None]), None)
    if taker is None:
        return c.Moved(snapshot, (), engine.completed)
    for key, value in (payload or {}).items():
        engine.set_variable(key, value, taker.task_spec.element.id)
    return run(engine, snapshot, lambda: taker.task_spec.happen(taker))


def signal(spec: FlowSpec, snapshot: bytes, name: str, scope: c.Scope, now: datetime) -> c.Moved:
    """A signal came from outside; every waiting catch of it happens. None waiting: no changes."""
    engine = codec.load(spec, snapshot, Names(scope, now))
    return run(engine, snapshot, lambda: propagation.broadcast(engine, name))


def resume(spec: FlowSpec, snapshot: bytes, scope: c.Scope, now: datetime) -> c.Moved:
    """Tries stuck tokens again and looks at conditional events: the data changed, or an admin repaired something."""
    engine = codec.load(spec, snapshot, Names(scope, now))

    def retry() -> None:
        for token in engine.tokens():
            if token._state == TaskState.ERROR and token.id in token.workflow.tasks:
                _retry(engine, token)

    return run(engine, snapshot, retry)


def waiting(spec: FlowSpec, snapshot: bytes) -> tuple[c.Waiting, ...]:
    """Everything that waits: tasks, timers, messages, signals, conditions, and stuck tokens."""
    engine = codec.load(spec, snapshot, Names(c.Scope(), _NO_MOMENT))
    return tuple(w for token in engine.tokens() for w in _waiting(token))


def run(engine: Running, before: bytes, action: Callable[[], object] | None = None) -> c.Moved:
    """Lets `action` happen and runs on. Out of budget: the step is undone, only the incident remains."""
    kept = tuple(engine.changes)
    try:
        if action is not None:
            action()
        engine.drain()
    except OutOfBudget as error:
        element = engine.flow.elements.get(error.element_id)
        label = element.name or element.id if element else error.element_id
        incident = c.Incident(
            error.element_id,
            "endless_loop",
            f"Quy trình chạy quá nhiều bước tự động quanh «{label}»; bước vừa rồi đã được hủy.",
            f"The process ran through too many automatic steps around “{label}”; the step was undone.",
        )
        return c.Moved(before, (*(kept if action is None else ()), incident), False)
    return c.Moved(codec.save(engine), tuple(engine.changes), engine.completed)


def _retry(engine: Running, token: Token) -> None:
    spec = token.task_spec
    if token.listener:
        assert isinstance(spec, Catching)
        token._set_state(TaskState.WAITING)
        engine.attempt(token, lambda: spec.arm(token))
    elif token.leaving:
        engine.attempt(token, token.complete)
    else:
        token._set_state(TaskState.READY)
        engine.queue.append(token)


def _open_token(engine: Running, token_id: str) -> Token:
    token = engine.find(token_id)
    if token is None or not is_open(token):
        raise _rejected(
            "token_not_waiting",
            "Việc này đã xong hoặc không còn chờ xử lý.",
            "This task is done or no longer waits.",
        )
    return token


def _waiting(token: Token) -> list[c.Waiting]:
    spec, found = token.task_spec, []
    inner = innermost_instance(token)
    place: dict[str, Any] = {"element_id": spec.element.id, "path": path(token)}
    if inner is not None:
        place.update(item=inner.item, index=inner.index)
    if token._state == TaskState.ERROR:
        found.append(c.Waiting(token.id, kind="stuck", **place))
    if is_open(token):
        found.append(c.Waiting(token.id, kind=arrived(token).kind, **place))
    if token.armed:
        event = spec.event
        if event.kind == "timer":
            owner = token._parent if token.listener and spec in _boundary_of(token) else None
            found.append(
                c.Waiting(token.id, kind="timer", due_at=token.memo["due"], attached_to=owner, **place)
            )
        elif event.kind in ("message", "signal", "conditional"):
            correlation = token.memo.get("correlation")
            found.append(
                c.Waiting(token.id, kind=event.kind, name=event.name, correlation=correlation, **place)
            )
    return found


def _boundary_of(token: Token) -> tuple[Any, ...]:
    owner = token.owner
    return owner.task_spec.boundary if owner is not None else ()


def _rejected(code: str, vi: str, en: str) -> c.FlowRejected:
    return c.FlowRejected(code, vi, en)
