"""What each command does to a running diagram in memory: finds what it is meant for, lets it happen, runs until all rests.

`engine.flow.step` puts loading and saving around these. Kept running instead (`Running.renew` before each command), a
diagram goes the same way to the byte: `tests/fuzz` plays every process both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow.mends import propagation
from engine.flow.mends.activities import arrived, begins_by_message, innermost_instance, is_open, path
from engine.flow.mends.events import Catching
from engine.flow.running import Running
from engine.flow.token import Token


def begin(engine: Running, start_event: str | None = None) -> None:
    """Puts the first tokens down and runs nothing yet. Raises FlowRejected `unknown_start` or `which_start`."""
    root = engine.flow.root
    entries = root.entries
    if start_event is not None:
        chosen = root.task_specs.get(start_event)
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
    engine.begin(entries)


def set_off(engine: Running) -> None:
    """Runs the tokens that `begin` put down; the message that begins the dossier is here."""
    engine.drain()
    for token in engine.tokens():
        if begins_by_message(token.task_spec) and token.armed:
            token.task_spec.happen(token)
    engine.drain()


def complete(engine: Running, token_id: str, variables: Mapping[str, object] | None = None) -> None:
    """Raises FlowRejected `token_not_waiting`."""
    token = _open_token(engine, token_id)
    for name, value in (variables or {}).items():
        engine.set_variable(name, value, token.task_spec.element.id)
    engine.attempt(token, token.complete)
    engine.drain()


def fire_timer(engine: Running, timer_id: str) -> None:
    """Raises FlowRejected `timer_not_set` or `timer_not_due`."""
    token = engine.find(timer_id)
    if token is None or not token.armed or "due" not in token.memo:
        raise _rejected("timer_not_set", "Hẹn giờ này không còn hiệu lực.", "This timer is no longer set.")
    if engine.now < token.memo["due"]:
        raise _rejected("timer_not_due", "Hẹn giờ này chưa đến hạn.", "This timer is not due yet.")
    token.task_spec.happen(token)
    engine.drain()


def throw(engine: Running, token_id: str, kind: Literal["error", "escalation"], code: str | None) -> None:
    """Raises FlowRejected `token_not_waiting` or `error_not_caught`."""
    token = _open_token(engine, token_id)
    listener = propagation.catcher(token, kind, code)
    if listener is not None:
        listener.task_spec.happen(listener)
        engine.drain()
    elif kind == "error":
        raise _rejected(
            "error_not_caught",
            f"Không sự kiện lỗi nào đón lỗi «{code}» của «{token.task_spec.element.name}».",
            f"No error event catches the error “{code}” of “{token.task_spec.element.name}”.",
        )


def deliver(
    engine: Running, name: str, correlation: object = None, payload: Mapping[str, object] | None = None
) -> None:
    """Nothing happens where nobody waits for the message."""
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
        return
    for key, value in (payload or {}).items():
        engine.set_variable(key, value, taker.task_spec.element.id)
    taker.task_spec.happen(taker)
    engine.drain()


def signal(engine: Running, name: str) -> None:
    propagation.broadcast(engine, name)
    engine.drain()


def resume(engine: Running) -> None:
    for token in engine.tokens():
        if token._state == TaskState.ERROR and token.id in token.workflow.tasks:
            _retry(engine, token)
    engine.drain()


def waiting(engine: Running) -> tuple[c.Waiting, ...]:
    return tuple(w for token in engine.tokens() for w in _waiting(token))


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
