"""Gateways (BPMN 2.0.2 §13.4). A join counts tokens by incoming flow, within its own scope instance."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow.definition import SequenceFlow
from engine.flow.mends.node import NodeSpec, no_flow
from engine.flow.token import Token
from engine.flow.trail import join, visit


class ExclusiveGateway(NodeSpec):
    """§13.4.2: the first flow whose condition is true, else the default one; merges without waiting."""

    def select(self, token: Token) -> list[SequenceFlow] | tuple[SequenceFlow, ...]:
        if len(self.outgoing) <= 1 and not any(f.condition for f in self.outgoing):
            return self.outgoing
        engine = token.engine
        for flow in self.outgoing:
            if flow.is_default:
                continue
            if flow.condition is None or engine.evaluate(flow.condition, token) is True:
                return [flow]
        default = [f for f in self.outgoing if f.is_default]
        if not default:
            raise no_flow(self.element)
        return default


class ParallelGateway(NodeSpec):
    """§13.4.1: fires with a token on each incoming flow, consumes exactly one of each; excess tokens stay."""

    def _update_hook(self, token: Token) -> bool:
        if len(self.incoming) <= 1:
            return True
        token._set_state(TaskState.WAITING)
        oldest = _oldest_by_slot(self, token)
        if len(oldest) < len(self.incoming):
            return False
        _consume(self, token, list(oldest.values()))
        return True

    def select(self, token: Token) -> tuple[SequenceFlow, ...]:
        return self.outgoing


class InclusiveGateway(NodeSpec):
    """§13.4.3: fires when no token elsewhere in the scope can still reach an incoming flow that has none.

    A token counts as blocking if a path from it ends at an empty incoming flow and none ends at a filled one, first
    along sequence flows only (the clause to the letter), then also through boundary events, which the clause leaves open.
    """

    watches = "join"
    reach: dict[NodeSpec, tuple[frozenset[int], frozenset[int]]]

    def _update_hook(self, token: Token) -> bool:
        if len(self.incoming) <= 1:
            return True
        token._set_state(TaskState.WAITING)
        return False

    def look(self, token: Token) -> bool:
        """Fires the join if it may; `token` is one of those that wait."""
        if token._state != TaskState.WAITING:
            return False
        oldest = _oldest_by_slot(self, token)
        filled = frozenset(oldest)
        if len(filled) < len(self.incoming):
            for other in token.workflow.tasks.values():
                if other.listener or other._parent or other.task_spec is self:
                    continue
                for reach in self.reach.get(other.task_spec, ()):
                    if reach - filled and not reach & filled:
                        return False
        _consume(self, token, list(oldest.values()))
        token._ready()
        return True


class EventBasedGateway(NodeSpec):
    """§13.4.4: arms every following event; the first that happens takes the token, the others are withdrawn."""

    def _run_hook(self, token: Token) -> bool | None:
        token.engine.changes.append(c.Passed(self.element.id))
        for flow in self.outgoing:
            flow.target.listen(token.workflow, owner=token)
        return None


def won(listener: Token) -> None:
    """`listener` is the alternative that happened: it takes the gateway's place."""
    gateway: Any = listener.owner
    listener.promote()
    listener.trail = visit(gateway.trail, listener.task_spec.ordinal)
    gateway.cancel()


def _oldest_by_slot(node: NodeSpec, token: Token) -> dict[int, Token]:
    oldest: dict[int, Token] = {}
    for other in token.workflow.tasks.values():
        if other.task_spec is node and other._state == TaskState.WAITING and other.slot not in oldest:
            oldest[other.slot] = other
    return oldest


def _consume(node: NodeSpec, token: Token, arrivals: list[Token]) -> None:
    token.trail = join([t.trail for t in arrivals], token.engine.new_fork(), node.ordinal)
    if token not in arrivals:  # an excess token came last: the oldest of its flow is consumed, it stays
        first = arrivals[0]
        token.slot, first.slot = first.slot, token.slot
        arrivals[0] = token
    for other in arrivals:
        if other is not token:
            other.drop()
