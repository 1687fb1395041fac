"""Data properties stand in processes, activities and events; nothing we execute stands outside a process (BPMN 2.0.2 §10.4.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import ACTIVITIES, EVENTS, FLOW_NODES, SUB_PROCESSES, Diagram, id_of
from bpmn.lint import Fault
from engine.xml import local

SEVERITY = "error"


HOMES = {
    "property": ACTIVITIES | EVENTS | {"process"},
    "dataObject": SUB_PROCESSES | {"process"},
    "dataObjectReference": SUB_PROCESSES | {"process"},
    "sequenceFlow": SUB_PROCESSES | {"process", "subChoreography", "choreography"},
}
PLACED = SUB_PROCESSES | {"process"}


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements(*HOMES, *FLOW_NODES):
        parent = element.getparent()
        homes = HOMES.get(local(element), PLACED)
        if (
            parent is not None
            and local(parent) not in homes
            and not (local(element) == "adHocSubProcess" and local(parent) == "supports")
        ):
            yield Fault(
                id_of(element),
                f"“{id_of(element)}” ({local(element)}) không được đặt trong {local(parent)}.",
                f"{id_of(element)!r} ({local(element)}) must not stand in {local(parent)}.",
            )
