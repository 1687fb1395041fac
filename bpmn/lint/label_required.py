"""Steps, events, deciding gateways, conditional flows and lanes have a label: officers read the diagram."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import ACTIVITIES, EVENTS, SUB_PROCESSES, Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        decides = (
            node.type.endswith("Gateway")
            and node.type not in ("parallelGateway", "eventBasedGateway")
            and len(d.outgoing[node.id]) > 1
        )
        labelled = node.type in (ACTIVITIES | EVENTS) - SUB_PROCESSES and not (
            node.type == "startEvent" and node.scope in d.node
        )
        if (decides or (labelled and not node.is_event_sub_process)) and not node.name.strip():
            yield Fault(node.id, f"“{node.id}” chưa có tên.", f"{node.id!r} has no label.")
    for flow in d.flows:
        if flow.condition and not flow.name.strip():
            yield Fault(
                flow.id, f"Nhánh “{flow.id}” chưa có tên.", f"The conditional flow {flow.id!r} has no label."
            )
    for lane in d.lanes:
        if not lane.name.strip():
            yield Fault(lane.id, f"Làn “{lane.id}” chưa có tên.", f"The lane {lane.id!r} has no label.")
    for pool in d.participants:
        if not pool.name.strip():
            yield Fault(pool.id, f"“{pool.id}” chưa có tên.", f"{pool.id!r} has no label.")
