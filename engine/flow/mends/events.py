"""Events that are caught and thrown (BPMN 2.0.2 §10.5, §13.5)."""

from __future__ import annotations

from typing import Any, ClassVar

from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow.definition import EventSpec
from engine.flow.mends import propagation, timers
from engine.flow.mends.gateways import won
from engine.flow.mends.node import NodeSpec
from engine.flow.running import Space
from engine.flow.token import Token
from engine.flow.trail import visit


class Catching(NodeSpec):
    """A node that waits for its event, as a token of its own or as a listener that belongs to another token."""

    event: EventSpec
    returnable: ClassVar[bool] = True

    def listen(self, space: Space, owner: Token | None = None, memo: dict[str, Any] | None = None) -> None:
        """Sets up a listener; `memo` carries on a repeating timer. A wrong formula leaves it stuck, alone."""
        listener = Token(space, self, parent=owner, listener=True)
        listener._set_state(TaskState.WAITING)
        listener.engine.attempt(listener, lambda: self.arm(listener, memo))

    def arm(self, token: Token, memo: dict[str, Any] | None = None) -> None:
        """Begins to wait; raises Stuck, having changed nothing, where a formula fails."""
        event, engine = self.event, token.engine
        if event.kind == "timer":
            token.memo = memo or timers.plan(self.element, event, token)
            owner = token._parent if isinstance(self, BoundaryEvent) else None
            engine.changes.append(c.TimerSet(token.id, self.element.id, token.memo["due"], owner))
        elif event.kind == "message":
            correlation = None if event.correlation is None else engine.evaluate(event.correlation, token)
            token.memo = {"correlation": correlation}
            engine.changes.append(c.MessageAwaited(token.id, event.name or "", correlation, self.element.id))
        else:
            token.memo = {}

    def disarm(self, token: Token) -> None:
        if "due" in token.memo:
            token.engine.changes.append(c.TimerCleared(token.id))
        elif "correlation" in token.memo:
            token.engine.changes.append(c.MessageCleared(token.id))
        token.memo = {}

    def _run_hook(self, token: Token) -> bool | None:
        self.arm(token)
        return None

    def _on_cancel(self, token: Token) -> None:
        self.disarm(token)

    def happen(self, token: Token) -> None:
        """The event happened for `token`, or for one of the alternatives of an event-based gateway."""
        self.disarm(token)
        if token.listener:
            won(token)
        self.go(token)

    def go(self, token: Token) -> None:
        token.engine.changes.append(c.Passed(self.element.id))
        token.engine.attempt(token, token.complete)

    def look(self, token: Token) -> bool:
        """A conditional event happens when its condition becomes true (§10.5.5.3)."""
        if not token.armed:
            return False
        try:
            true = token.engine.evaluate(self.event.condition, token) is True
        except c.Stuck:
            true = False  # a condition over data that is not there yet is not met
        was, token.memo["was"] = token.memo.get("was", False), true
        if true and not was:
            self.happen(token)
            return True
        return False


class CatchEvent(Catching):
    """An intermediate catching event, or one that an event-based gateway waits for."""

    catches: ClassVar[bool] = True


class BoundaryEvent(Catching):
    """An event on the border of an activity (§13.5.3); its listener belongs to the activity's token."""

    returnable: ClassVar[bool] = False
    interrupting = True

    def happen(self, token: Token) -> None:
        host: Any = token.owner
        if self.interrupting:
            self.disarm(token)
            token.promote()
            token.trail = visit(host.trail, self.ordinal)
            host.cancel()
        else:
            token = once_more(self, token, host)
            token.trail = propagation.side_branch(token.engine, host.trail, self)
        self.go(token)


def once_more(node: Catching, listener: Token, owner: Token | None) -> Token:
    """A non-interrupting event happened: the token that passes, while the listener (or its next round) stays."""
    if node.event.kind != "timer":
        return Token(listener.workflow, node)
    memo = timers.next_round(listener.engine, node.event, listener.memo)
    node.disarm(listener)
    if memo is not None:
        node.listen(listener.workflow, owner, memo)
    listener.promote()
    return listener


class Throwing(NodeSpec):
    """An intermediate throwing event: throws and goes on, unless what it threw took it off the diagram."""

    event: EventSpec

    def _on_ready(self, token: Token) -> None:
        token.trail = visit(token.trail, self.ordinal)
        kinds = {self.event.kind, *(part.kind for part in self.event.parts)}
        engine = token.engine
        (engine.signalling if "signal" in kinds else engine.queue).append(token)

    def _run_hook(self, token: Token) -> bool | None:
        action = propagation.prepare(token, self.event, self.element)
        self.report(token)
        action()
        return True if token.id in token.workflow.tasks else None

    def report(self, token: Token) -> None:
        token.engine.changes.append(c.Passed(self.element.id))


class EndEvent(Throwing):
    """§13.5.6: consumes its token; an event definition is thrown first."""

    def report(self, token: Token) -> None:
        token.engine.changes.append(c.Ended(self.element.id))
