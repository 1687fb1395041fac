"""A boundary event sits on an activity of its own level, has one trigger and leads somewhere (BPMN 2.0.2 §10.5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import ACTIVITIES, Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.type != "boundaryEvent":
            continue
        host = d.node.get(node.attribute("attachedToRef"))
        if (
            host is None
            or host.type not in ACTIVITIES
            or host.scope != node.scope
            or host.is_event_sub_process
        ):
            yield Fault(
                node.id,
                f"Sự kiện biên “{node.id}” phải gắn vào một bước cùng cấp, nhưng gắn vào “{node.attribute('attachedToRef')}”.",
                f"The boundary event {node.id!r} must be attached to an activity of its level, not {node.attribute('attachedToRef')!r}.",
            )
        if not node.triggers and not d.event_definitions(node):
            yield Fault(
                node.id,
                f"Sự kiện biên “{node.id}” không nói chờ điều gì.",
                f"The boundary event {node.id!r} has no trigger.",
            )
        if "compensate" not in node.triggers and not d.outgoing[node.id]:
            yield Fault(
                node.id,
                f"Sự kiện biên “{node.id}” không có luồng đi ra.",
                f"The boundary event {node.id!r} has no outgoing flow.",
            )
