"""Everything that is drawn has its place in the picture: else people do not see it (BPMN DI, BPMN 2.0.2 §12)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import FLOW_NODES, Diagram, id_of
from bpmn.lint import Fault

SEVERITY = "warning"


SHOWN = (
    *FLOW_NODES,
    "sequenceFlow",
    "participant",
    "lane",
    "messageFlow",
    "textAnnotation",
    "group",
    "dataObjectReference",
    "dataStoreReference",
    "association",
)


def diagram(d: Diagram) -> Iterator[Fault]:
    drawn = {str(e.get("bpmnElement")) for e in d.root.iter("{*}BPMNShape", "{*}BPMNEdge")}
    for id_ in (id_of(e) for e in d.elements(*SHOWN) if id_of(e) not in drawn):
        yield Fault(id_, f"“{id_}” không có trên hình vẽ.", f"{id_!r} is not in the picture.")
