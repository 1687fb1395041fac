"""Where a thrown event goes (BPMN 2.0.2 §10.5.1, §13.5): a signal to all, an error or escalation up to the innermost
scope that catches it, a message out of the process, a termination to its own scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.flow import changes as c
from engine.flow.definition import Element, EventSpec
from engine.flow.running import Running, Space
from engine.flow.token import Token
from engine.flow.trail import Trail, fork, visit


def prepare(token: Token, event: EventSpec, element: Element) -> Callable[[], None]:
    """Evaluates what the event needs (raises Stuck, nothing changed) and answers the act of throwing it."""
    engine = token.engine
    match event.kind:
        case "message":
            thrown = _message(token, event, element)
            return lambda: engine.changes.append(thrown)
        case "signal":
            return lambda: _throw_signal(engine, event.name or "")
        case "escalation":
            return lambda: _escalate(token, event.code)
        case "error":
            return _throw_error(token, event, element)
        case "terminate":
            return token.workflow.clear
        case _:
            return lambda: None


def side_branch(engine: Running, trail: Trail, node: Any) -> Trail:
    """The trail of a token that a non-interrupting event adds beside the others."""
    return visit(fork(trail, engine.new_fork(), node.ordinal, 0), node.ordinal)


def broadcast(engine: Running, name: str) -> int:
    """Every waiting catch of signal `name` happens; answers how many did (§10.5.1, signals)."""
    caught = 0
    for token in engine.tokens():
        spec = token.task_spec
        if (
            spec.event is not None
            and spec.event.kind == "signal"
            and spec.event.name == name
            and token.armed
            and token.id in token.workflow.tasks
        ):
            spec.happen(token)
            caught += 1
    return caught


def catcher(token: Token, kind: str, code: str | None) -> Token | None:
    """The listener that catches an error or escalation thrown at `token`: the activity's own border first, then scope
    by scope its event sub-processes and the border of the activity it runs in; a given code before a catch-all."""
    for candidates in _levels(token):
        matching = [
            t
            for t in candidates
            if t.task_spec.event.kind == kind and t.task_spec.event.code in (code, None) and t.armed
        ]
        if matching:
            return min(matching, key=lambda t: t.task_spec.event.code is None)
    return None


def _levels(token: Token) -> Iterator[list[Token]]:
    own: Any = None  # the event sub-process that the event comes out of does not catch it again
    while True:
        body = token.owner if token.index is not None else token
        yield [t for t in body.children if t.listener]
        space: Space = token.workflow
        yield [
            t
            for t in space.tasks.values()
            if t.listener and t.task_spec in space.spec.listeners and t.task_spec is not own
        ]
        if space.host is None:
            return
        token = space.host
        own = token.task_spec


def _message(token: Token, event: EventSpec, element: Element) -> c.MessageThrown:
    engine = token.engine
    correlation = None if event.correlation is None else engine.evaluate(event.correlation, token)
    payload = {} if event.payload is None else engine.evaluate(event.payload, token)
    if not isinstance(payload, dict):
        raise c.Stuck(
            "payload_not_a_context",
            f"Nội dung thông điệp của «{element.name or element.id}» phải là một ngữ cảnh FEEL.",
            f"The payload of the message of “{element.name or element.id}” must be a FEEL context.",
        )
    return c.MessageThrown(event.name or "", correlation, payload, element.id)


def _throw_signal(engine: Running, name: str) -> None:
    engine.changes.append(c.SignalThrown(name))
    broadcast(engine, name)


def _escalate(token: Token, code: str | None) -> None:
    listener = catcher(token, "escalation", code)
    if listener is not None:
        listener.task_spec.happen(listener)


def _throw_error(token: Token, event: EventSpec, element: Element) -> Callable[[], None]:
    """An error end event: caught by the innermost handler. At the top of the process nobody can catch it: the process
    is terminated (Table 10.88 leaves it open); inside, an error nobody catches is an incident, nothing is lost."""
    listener = catcher(token, "error", event.code)
    if listener is not None:
        return lambda: listener.task_spec.happen(listener)
    if token.workflow.host is None:
        return lambda: _fail(token, c.ErrorThrown(event.code, element.id))
    raise c.Stuck(
        "error_not_caught",
        f"Không sự kiện lỗi nào đón lỗi «{event.code or ''}» của «{element.name or element.id}».",
        f"No error event catches the error “{event.code or ''}” of “{element.name or element.id}”.",
    )


def _fail(token: Token, thrown: c.ErrorThrown) -> None:
    token.engine.changes.append(thrown)
    token.workflow.clear()
