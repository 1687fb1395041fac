"""Nothing stands alone."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import ACTIVITIES, EVENTS, GATEWAYS, Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if (
            node.type not in ACTIVITIES | EVENTS | GATEWAYS
            or node.is_event_sub_process
            or node.type == "boundaryEvent"
        ):
            continue
        home = d.node.get(node.scope)
        if home is not None and home.type == "adHocSubProcess":
            continue
        alone = not d.incoming[node.id] and not d.outgoing[node.id]
        if alone and node.attribute("isForCompensation") != "true":
            yield Fault(node.id, f"“{node.id}” không nối với bước nào.", f"{node.id!r} is not connected.")
