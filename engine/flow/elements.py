"""One BPMN element → one node, or by name what we do not execute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.flow.definition import Element, EventSpec, ScopeSpec
from engine.flow.event_specs import EventReader
from engine.flow.mends import events as e
from engine.flow.mends import gateways as g
from engine.flow.mends import multiple as m
from engine.flow.mends.node import NodeSpec
from engine.flow.mends.scopes import EventSubProcess
from engine.flow.reading import CAMUNDA, Node, camunda, children, extensions
from engine.flow.refusals import Problems
from engine.flow.task_specs import TaskReader, Where

_REFUSED = {"complexGateway": "complex_gateway", "transaction": "transaction", "adHocSubProcess": "ad_hoc"}
_REFUSED_EXTENSIONS = {
    "inputOutput": "io_mapping",
    "in": "io_mapping",
    "out": "io_mapping",
    "executionListener": "listener",
    "taskListener": "listener",
    "connector": "connector",
}
_REFUSED_ATTRIBUTES = ("class", "delegateExpression")


class Builder:
    """Builds the nodes of all scopes of one set of files."""

    def __init__(
        self, roots: list[Node], problems: Problems, call: Callable[[str, str], ScopeSpec | None]
    ) -> None:
        self.problems = problems
        self.events = EventReader(roots, problems)
        self.tasks = TaskReader(roots, problems, self.events, call)

    def node(
        self, scope: ScopeSpec, xml: Node, element: Element, ordinal: int, alternative: bool
    ) -> NodeSpec | None:
        """The node of `xml`; None with a problem if we do not execute it. `alternative`: it follows an event-based
        gateway (a receive task there waits like a catching event, §10.6.6)."""
        before = len(self.problems.found)
        self._refuse_foreign(xml, element)
        node = (
            None
            if len(self.problems.found) > before
            else self._build((scope, element, ordinal), xml, alternative)
        )
        return node if len(self.problems.found) == before else None

    def _build(self, where: Where, xml: Node, alternative: bool) -> NodeSpec | None:
        element = where[1]
        match element.type:
            case "exclusiveGateway":
                return g.ExclusiveGateway(*where)
            case "parallelGateway":
                return g.ParallelGateway(*where)
            case "inclusiveGateway":
                return g.InclusiveGateway(*where)
            case "eventBasedGateway":
                if xml.get("instantiate") == "true" or xml.get("eventGatewayType") == "Parallel":
                    return self._no("instantiating_gateway", element)
                return g.EventBasedGateway(*where)
            case "startEvent":
                return _with(NodeSpec(*where), self.events.event(xml, _start_place(xml)))
            case "intermediateThrowEvent":
                return _with(e.Throwing(*where), self.events.event(xml, element.type))
            case "endEvent":
                return _with(e.EndEvent(*where), self.events.event(xml, element.type))
            case "intermediateCatchEvent":
                event = self.events.event(xml, element.type)
                return None if event is None else _with(_catching(where, event), event)
            case "receiveTask" if alternative:
                return _with(e.CatchEvent(*where), self.events.message(xml, xml))
            case "boundaryEvent":
                return self._boundary(where, xml)
            case "subProcess" if xml.get("triggeredByEvent") == "true":
                return self._event_sub_process(where, xml)
            case kind if kind in _REFUSED:
                return self._no(_REFUSED[kind], element)
            case _:
                return self.tasks.activity(where, xml)

    def _boundary(self, where: Where, xml: Node) -> NodeSpec | None:
        node, event = e.BoundaryEvent(*where), self.events.event(xml, "boundaryEvent")
        node.interrupting = xml.get("cancelActivity", "true") != "false"
        if event is not None and "error" in _kinds(event) and not node.interrupting:
            return self._no("error_not_interrupting", where[1])
        return _with(node, event)

    def _event_sub_process(self, where: Where, xml: Node) -> NodeSpec | None:
        node, starts = EventSubProcess(*where), children(xml, "startEvent")
        if len(starts) != 1:
            return self._no("event_sub_process_start", where[1])
        event = self.events.event(starts[0], "eventStart")
        node.interrupting = starts[0].get("isInterrupting", "true") != "false"
        if event is not None and "error" in _kinds(event) and not node.interrupting:
            return self._no("error_not_interrupting", where[1])
        return _with(node, event)

    def _refuse_foreign(self, xml: Node, element: Element) -> None:
        """Code and mappings of other engines: what we would ignore silently is refused."""
        for extension in extensions(xml):
            tag = extension.tag if isinstance(extension.tag, str) else ""
            code = _REFUSED_EXTENSIONS.get(tag.removeprefix(CAMUNDA)) if tag.startswith(CAMUNDA) else None
            if code and extension.get("businessKey") is None:
                self.problems.add(code, element.id)
        for attribute in _REFUSED_ATTRIBUTES:
            if camunda(xml, attribute):
                self.problems.add("code_in_diagram", element.id, attribute=attribute)

    def _no(self, code: str, element: Element, **words: object) -> Any:
        """Notes the problem and gives the None that stands for what is refused."""
        self.problems.add(code, element.id, **words)
        return None


def _kinds(event: EventSpec) -> set[str]:
    return {event.kind, *(part.kind for part in event.parts)}


def _catching(where: Where, event: EventSpec) -> NodeSpec:
    if event.kind == "multiple":
        return m.ParallelMultipleCatch(*where) if event.together else m.MultipleCatch(*where)
    return NodeSpec(*where) if event.kind == "link" else e.CatchEvent(*where)


def _start_place(xml: Node) -> str:
    parent = xml.getparent()
    return "eventStart" if parent is not None and parent.get("triggeredByEvent") == "true" else "startEvent"


def _with(node: NodeSpec, event: EventSpec | None) -> NodeSpec | None:
    if event is None:
        return None
    node.event = event
    if event.kind == "conditional" and isinstance(node, e.Catching):
        node.watches = "condition"
    return node
