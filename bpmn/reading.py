"""A .bpmn file read into a `Diagram`. Judges nothing but whether it is BPMN 2.0 XML of a size that can be judged."""

from __future__ import annotations

from bpmn.diagram import (
    BPMN,
    FLOW_NODES,
    SUB_PROCESSES,
    Diagram,
    Flow,
    Lane,
    MessageFlow,
    Node,
    Participant,
    Process,
    id_of,
    properties,
)
from engine.xml import Element, XmlRefused, children, local, namespace, parse, text_of

MAX_NODES = 2_000
MAX_FLOWS = 6_000
MAX_PROCESSES = 100


def read(data: bytes, file: str) -> Diagram:
    """The diagram. Raises XmlRefused where the file is no BPMN 2.0 XML or too large to be judged."""
    root = parse(data)
    if namespace(root) != BPMN or local(root) != "definitions":
        raise XmlRefused(
            "xml-not-bpmn",
            f"Phần tử gốc phải là “definitions” của BPMN 2.0, nhưng là “{local(root)}”.",
            f"The root must be BPMN 2.0 'definitions', but is {local(root)!r}.",
        )
    reader = _Reader(root)
    diagram = Diagram(
        file,
        root,
        tuple(reader.scopes),
        tuple(reader.nodes),
        tuple(reader.flows),
        tuple(reader.lanes),
        tuple(reader.participants),
        tuple(reader.message_flows),
    )
    if len(diagram.nodes) > MAX_NODES or len(diagram.flows) > MAX_FLOWS:
        raise XmlRefused(
            "xml-count",
            f"Sơ đồ có {len(diagram.nodes)} nút và {len(diagram.flows)} luồng; tối đa {MAX_NODES} và {MAX_FLOWS}.",
            f"{len(diagram.nodes)} nodes and {len(diagram.flows)} flows; at most {MAX_NODES} and {MAX_FLOWS}.",
        )
    if len(diagram.processes) > MAX_PROCESSES:
        raise XmlRefused(
            "xml-count",
            f"Sơ đồ có {len(diagram.processes)} quy trình; tối đa {MAX_PROCESSES}.",
            f"{len(diagram.processes)} processes; at most {MAX_PROCESSES}.",
        )
    return diagram


class _Reader:
    def __init__(self, root: Element) -> None:
        self.scopes: list[Process] = []
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.lanes: list[Lane] = []
        self.participants: list[Participant] = []
        self.message_flows: list[MessageFlow] = []
        self.lane_of: dict[str, str] = {}
        self.taken: set[str] = set()
        for process in children(root, "process"):
            id_ = self._own_id(process)
            self._scope(process, id_, None, id_)
        for collaboration in children(root, "collaboration"):
            self._collaboration(collaboration)

    def _own_id(self, xml: Element) -> str:
        """The id; a twin's gets a number, so that nothing stands in itself (rule unique-id names it)."""
        id_ = id_of(xml)
        own = id_ if id_ not in self.taken else f"{id_}@{len(self.taken)}"
        self.taken.add(own)
        return own

    def _scope(self, xml: Element, id_: str, parent: str | None, process: str) -> None:
        executable = xml.get("isExecutable", "true") != "false"
        self.scopes.append(Process(id_, str(xml.get("name", "")), local(xml), parent, executable, xml))
        for lane_set in children(xml, "laneSet"):
            self._lane_set(lane_set, None, process)
        for child in children(xml):
            kind = local(child)
            if kind == "sequenceFlow":
                self._flow(child, id_)
            elif kind in FLOW_NODES:
                node = self._node(child, id_, process)
                if kind in SUB_PROCESSES:
                    self._scope(child, node, id_, process)

    def _lane_set(self, lane_set: Element, parent: str | None, process: str) -> None:
        for xml in children(lane_set, "lane"):
            id_ = id_of(xml)
            refs = tuple(text_of(ref) for ref in children(xml, "flowNodeRef"))
            self.lanes.append(
                Lane(id_, str(xml.get("name", "")), parent, process, properties(xml), refs, xml)
            )
            for ref in refs:
                self.lane_of[ref] = id_  # inner lanes come later: the innermost wins
            for inner in children(xml, "childLaneSet"):
                self._lane_set(inner, id_, process)

    def _node(self, xml: Element, scope: str, process: str) -> str:
        id_ = self._own_id(xml)
        name = str(xml.get("name", ""))
        self.nodes.append(
            Node(id_, local(xml), name, scope, process, self.lane_of.get(id_), properties(xml), xml)
        )
        return id_

    def _flow(self, xml: Element, scope: str) -> None:
        condition = next(children(xml, "conditionExpression"), None)
        self.flows.append(
            Flow(
                id_of(xml),
                str(xml.get("name", "")),
                str(xml.get("sourceRef", "")),
                str(xml.get("targetRef", "")),
                scope,
                None if condition is None else text_of(condition),
                "" if condition is None else str(condition.get("language", "")),
                xml,
            )
        )

    def _collaboration(self, collaboration: Element) -> None:
        for xml in children(collaboration, "participant"):
            self.participants.append(Participant(id_of(xml), str(xml.get("name", "")), xml.get("processRef")))
        for xml in children(collaboration, "messageFlow"):
            self.message_flows.append(
                MessageFlow(id_of(xml), str(xml.get("sourceRef", "")), str(xml.get("targetRef", "")), xml)
            )
