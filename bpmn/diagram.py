"""A .bpmn file as plain typed values: what the gate's rules, `compile`, `soundness` and `compare` look at.

Reads any BPMN 2.0 XML (dialect §3 adds the Camunda 7 namespace) and judges nothing: a wrong reference is kept as
text, twins are kept side by side. What breaks a rule is found in `bpmn/lint`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.xml import Element, children, local, text_of

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"}
)
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
HUMAN = frozenset({"userTask"})  # task and manualTask are passed at once: nobody is told


@dataclass(frozen=True)
class Lane:
    """`properties`: its own, not those of the lane around it. `nodes`: ids it lists itself."""

    id: str
    name: str
    parent: str | None
    process: str
    properties: Mapping[str, str]
    nodes: tuple[str, ...]
    xml: Element = field(repr=False, compare=False)


@dataclass(frozen=True)
class Participant:
    id: str
    name: str
    process: str | None  # None: a black box


@dataclass(frozen=True)
class MessageFlow:
    id: str
    source: str
    target: str
    xml: Element = field(repr=False, compare=False)


@dataclass(frozen=True)
class Flow:
    """A sequence flow. `condition`: its text, None if it has none; `scope`: the process or sub-process it stands in."""

    id: str
    name: str
    source: str
    target: str
    scope: str
    condition: str | None
    language: str
    xml: Element = field(repr=False, compare=False)


@dataclass(frozen=True)
class Node:
    """A flow node. `scope`: the process or sub-process it stands in; `lane`: the innermost lane that lists it."""

    id: str
    type: str
    name: str
    scope: str
    process: str
    lane: str | None
    properties: Mapping[str, str]
    xml: Element = field(repr=False, compare=False)

    def attribute(self, name: str, default: str = "") -> str:
        return str(self.xml.get(name, default))

    def camunda(self, name: str) -> str | None:
        """The attribute of the Camunda namespace, None where absent."""
        return self.xml.get(f"{{{CAMUNDA}}}{name}")

    @cached_property
    def definitions(self) -> tuple[Element, ...]:
        """The event definitions inside the event (not those it refers to)."""
        return tuple(c for c in children(self.xml) if local(c).endswith("EventDefinition"))

    @cached_property
    def triggers(self) -> tuple[str, ...]:
        """The kinds of its event definitions: `message`, `timer`, ...; empty for a none event."""
        return tuple(local(c).removesuffix("EventDefinition") for c in self.definitions)

    @cached_property
    def loop(self) -> Element | None:
        """Its loop characteristics, multi-instance or standard."""
        return next(
            children(self.xml, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"), None
        )

    @property
    def is_event_sub_process(self) -> bool:
        return self.type in SUB_PROCESSES and self.attribute("triggeredByEvent") == "true"

    @property
    def interrupting(self) -> bool:
        """Boundary: `cancelActivity`; start of an event sub-process: `isInterrupting` (both default true)."""
        name = "cancelActivity" if self.type == "boundaryEvent" else "isInterrupting"
        return self.attribute(name, "true") != "false"

    @property
    def automatic(self) -> bool:
        """True if a token passes without anybody or anything outside (BPMN 2.0.2 §13.3)."""
        if self.type in ("scriptTask", "businessRuleTask", "serviceTask", "sendTask"):
            return self.camunda("type") != "external"
        return self.type not in {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"}


@dataclass(frozen=True)
class Process:
    """A process, or any scope inside it where `kind` is a sub-process."""

    id: str
    name: str
    kind: str
    parent: str | None
    executable: bool
    xml: Element = field(repr=False, compare=False)


@dataclass(frozen=True)
class Diagram:
    """One file. Tuples keep twins and document order; the mappings keep the first of each id."""

    file: str
    root: Element = field(repr=False, compare=False)
    scopes: tuple[Process, ...] = ()
    nodes: tuple[Node, ...] = ()
    flows: tuple[Flow, ...] = ()
    lanes: tuple[Lane, ...] = ()
    participants: tuple[Participant, ...] = ()
    message_flows: tuple[MessageFlow, ...] = ()

    @property
    def processes(self) -> tuple[Process, ...]:
        return tuple(scope for scope in self.scopes if scope.parent is None)

    @cached_property
    def node(self) -> Mapping[str, Node]:
        return {node.id: node for node in reversed(self.nodes)}

    @cached_property
    def flow(self) -> Mapping[str, Flow]:
        return {flow.id: flow for flow in reversed(self.flows)}

    @cached_property
    def lane(self) -> Mapping[str, Lane]:
        return {lane.id: lane for lane in reversed(self.lanes)}

    @cached_property
    def scope(self) -> Mapping[str, Process]:
        return {scope.id: scope for scope in reversed(self.scopes)}

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        return self._grouped({node.id: [] for node in self.nodes}, "source")

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        return self._grouped({node.id: [] for node in self.nodes}, "target")

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        """Activity id -> the events on its border."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.type == "boundaryEvent":
                found.setdefault(node.attribute("attachedToRef"), []).append(node)
        return {host: tuple(events) for host, events in found.items()}

    @cached_property
    def inside(self) -> Mapping[str, tuple[Node, ...]]:
        """Scope id -> the nodes that stand directly in it."""
        found: dict[str, list[Node]] = {scope.id: [] for scope in self.scopes}
        for node in self.nodes:
            found[node.scope].append(node)
        return {scope: tuple(nodes) for scope, nodes in found.items()}

    @cached_property
    def declared(self) -> Mapping[str, Element]:
        """Root elements (messages, errors, item definitions, ...) by id."""
        return {str(e.get("id")): e for e in children(self.root) if e.get("id")}

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every id of a model element of the file."""
        return frozenset(str(e.get("id")) for e in self.elements() if e.get("id"))

    def elements(self, *names: str) -> Iterator[Element]:
        """All BPMN model elements in document order, of these local names (all if none is given)."""
        for element in self.root.iter(f"{{{BPMN}}}*"):
            if not names or local(element) in names:
                yield element

    def event_definition_refs(self, node: Node) -> tuple[tuple[str, Element | None], ...]:
        """(id, definition or None) for each `eventDefinitionRef` of the event."""
        refs = [text_of(ref) for ref in children(node.xml, "eventDefinitionRef")]
        named = ((ref, self.declared.get(ref)) for ref in refs)
        return tuple(
            (ref, e if e is not None and local(e).endswith("EventDefinition") else None) for ref, e in named
        )

    def event_definitions(self, node: Node) -> tuple[Element, ...]:
        """The event definitions of the event, its own and those it refers to."""
        return node.definitions + tuple(e for _, e in self.event_definition_refs(node) if e is not None)

    def event_triggers(self, node: Node) -> tuple[str, ...]:
        return tuple(local(e).removesuffix("EventDefinition") for e in self.event_definitions(node))

    def owner(self, element: Element) -> str:
        """The flow node or flow that holds an expression: what a person finds on the diagram."""
        for at in element.iterancestors():
            if local(at) in FLOW_NODES | {"sequenceFlow", "process"}:
                return id_of(at)
        return id_of(element)

    def process_of(self, element: Element) -> str:
        """Id of the process around the element, "" outside."""
        return next((id_of(at) for at in element.iterancestors() if local(at) == "process"), "")

    def lanes_of(self, node: Node) -> tuple[Lane, ...]:
        """The lanes around the node, innermost first; a node in a sub-process inherits those of the sub-process."""
        at: Node | None = node
        while at is not None and at.lane is None:
            at = self.node.get(at.scope)
        found = []
        lane = self.lane.get(at.lane) if at is not None and at.lane else None
        while lane is not None and lane not in found:
            found.append(lane)
            lane = self.lane.get(lane.parent) if lane.parent else None
        return tuple(found)

    def _grouped(self, groups: dict[str, list[Flow]], end: str) -> Mapping[str, tuple[Flow, ...]]:
        for flow in self.flows:
            groups.setdefault(getattr(flow, end), []).append(flow)
        return {id_: tuple(flows) for id_, flows in groups.items()}


def properties(element: Element) -> dict[str, str]:
    """`camunda:properties` of the element, the last of twins."""
    found: dict[str, str] = {}
    for extensions in children(element, "extensionElements"):
        for entry in extensions.iterfind(f"{{{CAMUNDA}}}properties/{{{CAMUNDA}}}property"):
            found[str(entry.get("name", ""))] = str(entry.get("value", ""))
    return found


def id_of(element: Element) -> str:
    """The id, or `<type>@<line>` where the author gave none."""
    return str(element.get("id") or f"{local(element)}@{element.sourceline}")
