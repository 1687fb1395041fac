"""Compiles BPMN files to the executable form of one process and the processes it calls.

Everything is judged before anything is run: what cannot be executed rightly is a `Problem` that names its element, and
all problems come at once. Nodes are built in `engine.flow.elements`; this module wires scopes and sequence flows.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.changes import FlowRefused
from engine.flow.definition import Element, FlowSpec, ScopeSpec, SequenceFlow
from engine.flow.elements import Builder, Problems
from engine.flow.mends.activities import Activity
from engine.flow.mends.events import BoundaryEvent
from engine.flow.mends.gateways import EventBasedGateway, ExclusiveGateway, InclusiveGateway
from engine.flow.mends.node import NodeSpec
from engine.flow.mends.scopes import EventSubProcess, SubProcess
from engine.flow.reading import BPMN, Node, Unreadable, child_text, children, local, read
from engine.flow.scripts import Formula, formula

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
    return FlowSpec(process_id, compiler.elements, root, nodes)


class _Compiler:
    def __init__(self, roots: list[Node]) -> None:
        self.problems = Problems()
        self.processes: dict[str, Node] = {}
        for root in roots:
            for process in children(root, "process"):
                if process.get("id") in self.processes:
                    self.problems.add(
                        "duplicate_id", process.get("id"), "bị trùng mã", "has the id of another process"
                    )
                self.processes[process.get("id")] = process
        self.builder = Builder(roots, self.problems, self.call)
        self.scopes: list[ScopeSpec] = []
        self.elements: dict[str, Element] = {}
        self.called: dict[str, ScopeSpec | None] = {}
        self.calling: tuple[str, ...] = ()

    def process(self, process_id: str, caller: str | None, calling: tuple[str, ...]) -> ScopeSpec | None:
        """The scope of a process, compiled once however often it is called."""
        if process_id in calling:
            self.problems.add(
                "call_cycle",
                caller,
                "gọi lại chính quy trình đang gọi nó",
                "calls a process that is already calling it",
            )
            return None
        if process_id in self.called:
            return self.called[process_id]
        node = self.processes.get(process_id)
        if node is None:
            code, vi, en = (
                "missing_process",
                f"không tìm thấy quy trình «{process_id}»",
                f"refers to the process “{process_id}”, which is not there",
            )
            self.problems.add(code, caller or process_id, vi, en)
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
            self.problems.add(
                "too_deep", scope_id, "lồng quá sâu", f"is nested deeper than {MAX_SCOPE_DEPTH} levels"
            )
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
        scope.nodes = tuple(nodes.values())
        self._wire(scope, xml, nodes, sources)
        self._enter(scope, xml, nodes)
        return scope

    def _element(
        self, item: Node, name: str, scope_id: str, lane: str | None, lanes: dict[str, str]
    ) -> Element | None:
        element_id = item.get("id")
        if not element_id:
            self.problems.add(
                "no_id", scope_id, f"chứa một «{name}» không có mã", f"holds a {name} without an id"
            )
            return None
        if element_id in self.elements:
            self.problems.add("duplicate_id", element_id, "bị trùng mã", "has the id of another element")
            return None
        element = Element(element_id, item.get("name") or "", name, lanes.get(element_id, lane), scope_id)
        self.elements[element_id] = element
        return element

    # -- sequence flows, borders, links --------------------------------------------------------------------

    def _wire(
        self, scope: ScopeSpec, xml: Node, nodes: dict[str, NodeSpec], sources: dict[str, Node]
    ) -> None:
        incoming: dict[str, list[str]] = {i: [] for i in nodes}
        outgoing: dict[str, list[SequenceFlow]] = {i: [] for i in nodes}
        for flow in children(xml, "sequenceFlow"):
            source, target = flow.get("sourceRef"), flow.get("targetRef")
            if source not in nodes or target not in nodes:
                bad = target if source in nodes else source
                if bad not in self.elements or bad in nodes:
                    vi, en = f"nối tới «{bad}» không có trong sơ đồ", f"connects “{bad}”, which is not there"
                else:
                    vi, en = f"vượt ra ngoài phạm vi tới «{bad}»", f"crosses the border of a scope to “{bad}”"
                if bad not in self.problems.refused:
                    self.problems.add("flow_dangling", flow.get("id") or source, vi, en)
                continue
            condition = self._condition(flow, nodes[source])
            flow_id = flow.get("id") or f"{source}->{target}"
            is_default = bool(flow.get("id")) and sources[source].get("default") == flow.get("id")
            outgoing[source].append(
                SequenceFlow(
                    flow_id,
                    nodes[target],
                    len(incoming[target]),
                    None if is_default else condition,
                    is_default,
                )
            )
            incoming[target].append(flow_id)
            nodes[source].connect(nodes[target])
        for node_id, node in nodes.items():
            node.incoming = tuple(incoming[node_id])
            node.outgoing = tuple(outgoing[node_id])
        self._borders(nodes, sources)
        self._links(nodes)
        for node_id, node in nodes.items():
            self._check(node, sources[node_id])
        for node in nodes.values():
            if isinstance(node, InclusiveGateway):
                node.reach = _reach(node, list(nodes.values()))

    def _condition(self, flow: Node, source: NodeSpec) -> Formula | None:
        expressions = children(flow, "conditionExpression")
        if not expressions:
            return None
        flow_id = flow.get("id")
        if not isinstance(source, (Activity, ExclusiveGateway, InclusiveGateway)):
            self.problems.add(
                "condition_not_allowed",
                flow_id,
                "có điều kiện nhưng không rẽ từ công việc hay cổng chọn",
                "has a condition but does not leave a task, an exclusive or an inclusive gateway",
            )
            return None
        language = (expressions[0].get("language") or "feel").lower()
        text = child_text(flow, "conditionExpression")
        if "feel" not in language:
            self.problems.add(
                "not_feel",
                flow_id,
                f"có điều kiện viết bằng «{language}», không phải FEEL",
                f"has a condition in “{language}”, not FEEL",
            )
            return None
        if text is None:
            self.problems.add("condition_empty", flow_id, "có điều kiện trống", "has an empty condition")
            return None
        return self.problems.compiled(flow_id, text, formula)

    def _borders(self, nodes: dict[str, NodeSpec], sources: dict[str, Node]) -> None:
        for node_id, node in nodes.items():
            if not isinstance(node, BoundaryEvent):
                continue
            host = nodes.get(sources[node_id].get("attachedToRef") or "")
            if not isinstance(host, Activity):
                if sources[node_id].get("attachedToRef") not in self.problems.refused:
                    self.problems.add(
                        "boundary_unattached",
                        node_id,
                        "không gắn vào một công việc",
                        "is not attached to an activity",
                    )
            else:
                host.boundary = (*host.boundary, node)

    def _links(self, nodes: dict[str, NodeSpec]) -> None:
        links = [n for n in nodes.values() if n.event is not None and n.event.kind == "link"]
        for node in links:
            if node.element.type != "intermediateThrowEvent":
                continue
            targets = [
                n
                for n in links
                if n.element.type == "intermediateCatchEvent" and n.event.name == node.event.name
            ]  # type: ignore[union-attr]
            if len(targets) != 1 or node.outgoing:
                self.problems.add(
                    "link_unmatched",
                    node.element.id,
                    "phải có đúng một sự kiện liên kết đích cùng tên và không có luồng ra",
                    "needs exactly one catching link of its name in its scope, and no outgoing flow",
                )
                continue
            node.outgoing = (
                SequenceFlow(f"{node.element.id}->{targets[0].element.id}", targets[0], 0, None, False),
            )

    def _check(self, node: NodeSpec, xml: Node) -> None:
        """Rules of BPMN 2.0.2 without which a node has no meaning at run time."""
        add, element = self.problems.add, node.element
        kind = element.type
        is_link = node.event is not None and node.event.kind == "link"
        if node.incoming and (kind in ("startEvent", "boundaryEvent") or isinstance(node, EventSubProcess)):
            add(
                "incoming_not_allowed",
                element.id,
                "không được có luồng vào",
                "must not have an incoming flow",
            )
        if node.incoming and is_link and kind == "intermediateCatchEvent":
            add(
                "incoming_not_allowed",
                element.id,
                "không được có luồng vào",
                "must not have an incoming flow",
            )
        if node.outgoing and (kind == "endEvent" or isinstance(node, EventSubProcess)):
            add(
                "outgoing_not_allowed", element.id, "không được có luồng ra", "must not have an outgoing flow"
            )
        default = xml.get("default")
        if default and default not in [f.id for f in node.outgoing]:
            add(
                "default_dangling",
                element.id,
                f"có luồng mặc định «{default}» không tồn tại",
                f"has the default flow “{default}”, which does not leave it",
            )
        if isinstance(node, ExclusiveGateway) and len(node.outgoing) > 1:
            for flow in node.outgoing:
                if flow.condition is None and not flow.is_default and flow.id not in self.problems.refused:
                    add(
                        "flow_without_condition",
                        flow.id,
                        f"rời cổng «{element.id}» mà không có điều kiện",
                        f"leaves the exclusive gateway “{element.id}” without a condition",
                    )
        if isinstance(node, EventBasedGateway):
            if not node.outgoing:
                add(
                    "event_gateway_empty",
                    element.id,
                    "không có sự kiện nào theo sau",
                    "has no event after it",
                )
            for flow in node.outgoing:
                if not flow.target.catches or len(flow.target.incoming) != 1 or flow.target.boundary:
                    add(
                        "event_gateway_target",
                        flow.target.element.id,
                        "không thể đứng sau cổng sự kiện",
                        "cannot follow an event-based gateway: it must be a catching event or receive task with no other incoming flow",
                    )

    def _enter(self, scope: ScopeSpec, xml: Node, nodes: dict[str, NodeSpec]) -> None:
        """Where the first tokens go: the none start event, else every node without an incoming flow (§13.2, §10.5.2)."""
        starts = [n for n in nodes.values() if n.element.type == "startEvent"]
        scope.listeners = tuple(n for n in nodes.values() if isinstance(n, EventSubProcess))
        free = [
            n
            for n in nodes.values()
            if not n.incoming
            and not isinstance(n, (BoundaryEvent, EventSubProcess))
            and not (
                n.element.type == "intermediateCatchEvent" and n.event is not None and n.event.kind == "link"
            )
        ]
        plain = [n for n in starts if n.event is None or n.event.kind == "none"]
        scope_id = scope.element_id
        if xml.get("triggeredByEvent") == "true":
            scope.entries = tuple(starts)
        elif local(xml) == "subProcess":
            for extra in (n for n in starts if n not in plain):
                self.problems.add(
                    "start_not_none",
                    extra.element.id,
                    "trong quy trình con phải là sự kiện bắt đầu thường",
                    "must be a none start event inside a sub-process",
                )
            scope.entries = tuple(plain or free)
        else:
            scope.entries = tuple(
                plain if len(plain) == 1 else starts if len(starts) == 1 else free if not starts else ()
            )
            if not nodes:
                self.problems.add("empty_process", scope_id, "không có bước nào", "has no flow node")
        if nodes and not starts and not free and len(nodes) > len(scope.listeners):
            self.problems.add(
                "no_start",
                scope_id,
                "không có chỗ bắt đầu",
                "has no start event and no node without an incoming flow",
            )


def _lanes(xml: Node) -> dict[str, str]:
    """Flow node → innermost lane."""
    found: dict[str, str] = {}
    for lane in xml.iterfind(f".//{BPMN}lane"):  # document order: inner lanes come after the ones around them
        for reference in children(lane, "flowNodeRef"):
            found[(reference.text or "").strip()] = lane.get("id")
    return found


def _reach(join: NodeSpec, nodes: list[NodeSpec]) -> dict[NodeSpec, tuple[frozenset[int], frozenset[int]]]:
    """For each node the slots of `join` that a token there can still reach without passing `join`: along sequence
    flows only, and along boundary events too."""
    answers = []
    for with_borders in (False, True):
        reach: dict[NodeSpec, set[int]] = {n: set() for n in nodes}
        changed = True
        while changed:
            changed = False
            for node in nodes:
                before = len(reach[node])
                for flow in node.outgoing:
                    if flow.target is join:
                        reach[node].add(flow.slot)
                    else:
                        reach[node] |= reach[flow.target]
                if with_borders:
                    for event in node.boundary:
                        reach[node] |= reach[event]
                changed = changed or len(reach[node]) != before
        answers.append(reach)
    return {n: (frozenset(answers[0][n]), frozenset(answers[1][n])) for n in nodes if answers[1][n]}
