"""Catching events with several triggers (BPMN 2.0.2 §10.5.5.8, multiple; §10.5.5.9, parallel multiple), as what they mean:

- *multiple*: the first trigger that happens is enough. An intermediate event is an event-based gateway in front of one
  event for each trigger; a border or an event sub-process is several of them with one way on.
- *parallel multiple*: all must happen. An intermediate event is a fork to one event for each trigger, and their join.

The parts are nodes named `<element id>#<trigger>`, as another version of the diagram finds them too; they report the
element they stand for.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any, ClassVar

from engine.flow.definition import EventSpec, SequenceFlow
from engine.flow.mends.events import BoundaryEvent, CatchEvent
from engine.flow.mends.gateways import EventBasedGateway, ParallelGateway
from engine.flow.mends.node import NodeSpec
from engine.flow.mends.scopes import EventSubProcess
from engine.flow.token import Token


class MultipleCatch(EventBasedGateway):
    """Arms its triggers; the first that happens takes the token."""

    catches: ClassVar[bool] = True
    returnable: ClassVar[bool] = True

    def _run_hook(self, token: Token) -> bool | None:
        for flow in self.outgoing:
            flow.target.listen(token.workflow, owner=token)
        return None


class ParallelMultipleCatch(NodeSpec):
    """Sends a token to each trigger; `joined` is where they meet."""

    returnable: ClassVar[bool] = True

    def _run_hook(self, token: Token) -> bool | None:
        return True

    def select(self, token: Token) -> tuple[SequenceFlow, ...]:
        return self.outgoing


class Trigger(CatchEvent):
    """One trigger of an intermediate event; alone it is reported, among parallel ones their join is."""

    returnable: ClassVar[bool] = False
    told = True

    def go(self, token: Token) -> None:
        if self.told:
            super().go(token)
        else:
            token.engine.attempt(token, token.complete)


def expand(nodes: dict[str, NodeSpec]) -> list[NodeSpec]:
    """All nodes of a scope, with the parts of those that have several triggers. Called when their flows are known."""
    found = list(nodes.values())
    for node in nodes.values():
        event = node.event
        if event is None or event.kind != "multiple":
            continue
        if isinstance(node, (MultipleCatch, ParallelMultipleCatch)):
            found += _intermediate(node, event, len(found))
        elif isinstance(node, (BoundaryEvent, EventSubProcess)):
            node.parts = tuple(
                _twin(node, name, part, len(found) + n)
                for n, (name, part) in enumerate(_named(node, event).items())
            )
            found += node.parts
    for node in nodes.values():
        if isinstance(node, EventBasedGateway) and not isinstance(node, MultipleCatch):
            node.outgoing = tuple(f for flow in node.outgoing for f in _alternatives(flow))
        node.boundary = tuple(part for border in node.boundary for part in border.parts or (border,))
    return found


def _intermediate(node: Any, event: EventSpec, ordinal: int) -> list[NodeSpec]:
    onward, triggers, flows = node.outgoing, [], []
    for number, (name, part) in enumerate(_named(node, event).items()):
        trigger = Trigger(node.scope, node.element, ordinal + number, name=name)
        trigger.event = part
        trigger.told = isinstance(node, MultipleCatch)
        trigger.watches = "condition" if part.kind == "conditional" else ""
        flow = SequenceFlow(name, trigger, 0, None, False)
        trigger.incoming, trigger.outgoing = (flow.id,), onward
        triggers.append(trigger)
        flows.append(flow)
    node.outgoing, node.parts = tuple(flows), tuple(triggers)
    if isinstance(node, MultipleCatch):
        return list(triggers)
    join = ParallelGateway(node.scope, node.element, ordinal + len(triggers), name=f"{node.name}#join")
    join.incoming, join.outgoing = tuple(f"{t.name}>" for t in triggers), onward
    for slot, trigger in enumerate(triggers):
        trigger.outgoing = (SequenceFlow(join.incoming[slot], join, slot, None, False),)
    return [*triggers, join]


def _twin(node: NodeSpec, name: str, event: EventSpec, ordinal: int) -> NodeSpec:
    """The same border or event sub-process, waiting for one of the triggers."""
    twin: Any = copy(node)
    twin.name = name
    twin.ordinal, twin.event, twin.parts = ordinal, event, ()
    twin.watches = "condition" if event.kind == "conditional" else ""
    node.scope.task_specs[twin.name] = twin
    return twin


def _named(node: NodeSpec, event: EventSpec) -> dict[str, EventSpec]:
    found: dict[str, EventSpec] = {}
    for part in event.parts:
        name = f"{node.name}#{part.kind} {part.name or part.code or ''}".strip()
        found[name if name not in found else f"{name} {len(found)}"] = part
    return found


def _alternatives(flow: SequenceFlow) -> list[SequenceFlow]:
    """An event-based gateway waits for each trigger of the multiple event that follows it."""
    if isinstance(flow.target, MultipleCatch):
        return [replace(flow, target=part) for part in flow.target.parts]
    return [flow]
