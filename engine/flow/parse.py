"""Compiles BPMN files to the executable form of one process and the processes it calls.

Everything is judged before anything is run: what cannot be executed rightly is a `Problem` that names its element, and
all problems come at once. Nodes are built in `elements`, connected in `wiring`; the reasons stand in `refusals`.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.changes import FlowRefused
from engine.flow.definition import Element, FlowSpec, ScopeSpec
from engine.flow.elements import Builder
from engine.flow.mends.activities import begins_by_message
from engine.flow.mends.events import BoundaryEvent
from engine.flow.mends.node import NodeSpec
from engine.flow.mends.scopes import EventSubProcess, SubProcess
from engine.flow.reading import BPMN, Node, Unreadable, children, local, read
from engine.flow.refusals import Problems
from engine.flow.wiring import is_link_catch, wire

MAX_SCOPE_DEPTH = 24

_NOT_NODES = frozenset(
    [
        "sequenceFlow",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "association",
        "group",
        "documentation",
        "extensionElements",
        "ioSpecification",
        "property",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "dataInputAssociation",
        "dataOutputAssociation",
        "auditing",
        "monitoring",
        "correlationSubscription",
        "resourceRole",
        "performer",
        "potentialOwner",
        "humanPerformer",
        "supports",
        "ioBinding",
        "supportedInterfaceRef",
    ]
)


def parse(files: Mapping[str, bytes], process_id: str) -> FlowSpec:
    """The executable spec of `process_id`, found in `files` (name → XML).

    Raises FlowRefused with every problem: what is not BPMN, not executable, or refused on purpose (complex gateways,
    compensation, transactions, ad-hoc sub-processes, scripts that are not FEEL), each naming its element.
    """
    roots = []
    for name, xml in files.items():
        try:
            roots.append(read(name, xml))
        except Unreadable as error:
            raise FlowRefused((error.problem,)) from error
    compiler = _Compiler(roots)
    root = compiler.process(process_id, None, ())
    if compiler.problems.found or root is None:
        raise FlowRefused(tuple(compiler.problems.found))
    nodes = tuple(node for scope in compiler.scopes for node in scope.nodes)
    for number, node in enumerate(nodes):
        node.number = number
    return FlowSpec(process_id, compiler.elements, root, nodes, any(n.watches for n in nodes))


class _Compiler:
    def __init__(self, roots: list[Node]) -> None:
        self.problems = Problems()
        self.processes: dict[str, Node] = {}
        for root in roots:
            for process in children(root, "process"):
                if process.get("id") in self.processes:
                    self.problems.add("duplicate_id", process.get("id"))
                self.processes[process.get("id")] = process
        self.builder = Builder(roots, self.problems, self.call)
        self.scopes: list[ScopeSpec] = []
        self.elements: dict[str, Element] = {}
        self.called: dict[str, ScopeSpec | None] = {}
        self.calling: tuple[str, ...] = ()

    def process(self, process_id: str, caller: str | None, calling: tuple[str, ...]) -> ScopeSpec | None:
        """The scope of a process, compiled once however often it is called."""
        if process_id in calling:
            self.problems.add("call_cycle", caller)
            return None
        if process_id in self.called:
            return self.called[process_id]
        node = self.processes.get(process_id)
        if node is None:
            self.problems.add("missing_process", caller or process_id, process=process_id)
            return None
        before, self.calling = self.calling, (*calling, process_id)
        scope = self.scope(node, None, {}, 0)
        self.calling = before
        self.called[process_id] = scope
        return scope

    def call(self, process_id: str, caller: str) -> ScopeSpec | None:
        return self.process(process_id, caller, self.calling)

    def scope(self, xml: Node, lane: str | None, lanes: dict[str, str], depth: int) -> ScopeSpec | None:
        scope_id = xml.get("id") or ""
        if depth > MAX_SCOPE_DEPTH:
            self.problems.add("too_deep", scope_id)
            return None
        scope = ScopeSpec(scope_id, scope_id)
        self.scopes.append(scope)
        lanes = {**lanes, **_lanes(xml)}
        nodes: dict[str, NodeSpec] = {}
        sources: dict[str, Node] = {}
        flow_targets = {f.get("targetRef"): f.get("sourceRef") for f in children(xml, "sequenceFlow")}
        gateways = {g.get("id") for g in children(xml, "eventBasedGateway")}
        for item in xml:
            name = local(item)
            if not name or name in _NOT_NODES:
                continue
            element = self._element(item, name, scope_id, lane, lanes)
            if element is None:
                continue
            alternative = flow_targets.get(element.id) in gateways
            node = self.builder.node(scope, item, element, len(nodes), alternative)
            if node is None:
                continue
            nodes[element.id] = node
            sources[element.id] = item
            if isinstance(node, (SubProcess, EventSubProcess)) and name == "subProcess":
                inner = self.scope(item, element.lane_id, lanes, depth + 1)
                if inner is not None:
                    node.inner = inner
        scope.nodes = wire(xml, nodes, sources, self.elements, self.problems)
        self._enter(scope, xml, nodes)
        return scope

    def _element(
        self, item: Node, name: str, scope_id: str, lane: str | None, lanes: dict[str, str]
    ) -> Element | None:
        element_id = item.get("id")
        if not element_id:
            self.problems.add("no_id", scope_id, type=name)
            return None
        if element_id in self.elements:
            self.problems.add("duplicate_id", element_id)
            return None
        element = Element(element_id, item.get("name") or "", name, lanes.get(element_id, lane), scope_id)
        self.elements[element_id] = element
        return element

    def _enter(self, scope: ScopeSpec, xml: Node, nodes: dict[str, NodeSpec]) -> None:
        """Where the first tokens go: the none start event, else every node without an incoming flow (§13.2, §10.5.2)."""
        starts = [n for n in nodes.values() if n.element.type == "startEvent"]
        scope.listeners = tuple(n for n in scope.nodes if isinstance(n, EventSubProcess) and not n.parts)
        free = [
            n
            for n in nodes.values()
            if not (n.incoming or isinstance(n, (BoundaryEvent, EventSubProcess)) or begins_by_message(n))
            and not is_link_catch(n)
        ]
        if starts:
            self._refuse_unreached(xml, [n for n in free if n not in starts])
        plain = [n for n in starts if n.event is None or n.event.kind == "none"]
        scope_id = scope.element_id
        if xml.get("triggeredByEvent") == "true":
            scope.entries = tuple(starts)
        elif local(xml) == "subProcess":
            for extra in (n for n in starts if n not in plain):
                self.problems.add("start_not_none", extra.element.id)
            scope.entries = tuple(plain or free)
        else:
            scope.entries = tuple(
                plain if len(plain) == 1 else starts if len(starts) == 1 else free if not starts else ()
            )
            if not nodes:
                self.problems.add("empty_process", scope_id)
        begins = starts or free or any(begins_by_message(n) for n in nodes.values())
        aside = sum(isinstance(n, EventSubProcess) for n in nodes.values())
        if nodes and not begins and len(nodes) > aside:
            self.problems.add("no_start", scope_id)

    def _refuse_unreached(self, xml: Node, nodes: list[NodeSpec]) -> None:
        """§10.5.2: where there is a start event, every other node has an incoming flow; without one it would never run."""
        targets = {f.get("targetRef") for f in children(xml, "sequenceFlow")}
        for node in nodes:
            if node.element.id not in targets:  # a flow that was refused itself is named already
                self.problems.add("no_incoming", node.element.id)


def _lanes(xml: Node) -> dict[str, str]:
    """Flow node → innermost lane."""
    found: dict[str, str] = {}
    for lane in xml.iterfind(f".//{BPMN}lane"):  # document order: inner lanes come after the ones around them
        for reference in children(lane, "flowNodeRef"):
            found[(reference.text or "").strip()] = lane.get("id")
    return found
