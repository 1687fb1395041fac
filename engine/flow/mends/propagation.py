"""Where a thrown event goes (BPMN 2.0.2 §10.5.1, §10.5.6, §13.5): a signal to all, an error or escalation up to the
innermost scope that catches it, a message out of the process, a termination to its own scope."""

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
            return lambda: _throw_signal(token, event.name or "")
        case "escalation":
            return lambda: _escalate(token, event.code)
        case "error":
            return _throw_error(token, event, element)
        case "terminate":
            return token.workflow.clear
        case "multiple":  # §10.5.5.8: all are thrown
            acts = [prepare(token, part, element) for part in event.parts]
            return lambda: _all(token, acts)
        case _:
            return lambda: None


def side_branch(engine: Running, trail: Trail, node: Any) -> Trail:
    """The trail of a token that a non-interrupting event adds beside the others."""
    return visit(fork(trail, engine.new_fork(), node.ordinal, 0), node.ordinal)


def broadcast(engine: Running, name: str, thrower: Token | None = None) -> int:
    """Every catch of signal `name` that waits now happens; answers how many did (§10.5.1, signals).

    An event sub-process absorbs the signal: the border of its own sub-process does not catch it as well. Only what the
    event sub-process throws again goes past it, to that border (§10.5.6, handling events).
    """
    past = set() if thrower is None else _event_sub_processes_around(thrower)
    waiting = [
        t
        for t in engine.tokens()
        if _catches_signal(t, name) and (t.workflow, t.task_spec.element) not in past
    ]
    absorbing = {_body(t.workflow.host) for t in waiting if _is_event_sub_process(t) and t.workflow.host}
    caught = 0
    for token in waiting:
        if token.id in token.workflow.tasks and token.armed and token.owner not in absorbing:
            token.task_spec.happen(token)
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
        yield [t for t in _body(token).children if t.listener]
        space: Space = token.workflow
        yield [t for t in space.tasks.values() if _is_event_sub_process(t) and t.task_spec.element is not own]
        if space.host is None:
            return
        token = space.host
        own = token.task_spec.element


def _catches_signal(token: Token, name: str) -> bool:
    event = token.task_spec.event
    return event is not None and event.kind == "signal" and event.name == name and token.armed


def _is_event_sub_process(token: Token) -> bool:
    """Is it the listener of an event sub-process?"""
    return token.listener and token.task_spec in token.workflow.spec.listeners


def _event_sub_processes_around(token: Token) -> set[tuple[Space, Any]]:
    """The event sub-processes that the token runs in, each with the scope it listens to."""
    hosts = set()
    host = token.workflow.host
    while host is not None:
        hosts.add((host.workflow, host.task_spec.element))
        host = host.workflow.host
    return hosts


def _body(token: Token | None) -> Any:
    """The token that owns the boundary events of the activity that `token` is, or is one instance of."""
    return token.owner if token is not None and token.index is not None else token


def _all(token: Token, acts: list[Callable[[], None]]) -> None:
    for act in acts:
        if token.id in token.workflow.tasks:
            act()


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


def _throw_signal(token: Token, name: str) -> None:
    token.engine.changes.append(c.SignalThrown(name))
    broadcast(token.engine, name, token)


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
