"""Each event has only triggers its kind allows (BPMN 2.0.2 Table 10.93)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import SUB_PROCESSES, Diagram
from bpmn.lint import Fault

SEVERITY = "error"


ALLOWED = {
    "startEvent": {"message", "timer", "conditional", "signal"},
    "intermediateCatchEvent": {"message", "timer", "conditional", "signal", "link"},
    "intermediateThrowEvent": {"message", "signal", "escalation", "link", "compensate"},
    "boundaryEvent": {
        "message",
        "timer",
        "conditional",
        "signal",
        "error",
        "escalation",
        "cancel",
        "compensate",
    },
    "endEvent": {"message", "signal", "error", "escalation", "terminate", "cancel", "compensate"},
}
EVENT_START = {"message", "timer", "conditional", "signal", "error", "escalation", "compensate"}


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.type not in ALLOWED:
            continue
        allowed = ALLOWED[node.type]
        if node.type == "startEvent" and node.scope in d.node:
            allowed = EVENT_START if d.node[node.scope].is_event_sub_process else set()
        for trigger in d.event_triggers(node):
            if trigger not in allowed:
                yield Fault(
                    node.id,
                    f"Sự kiện “{node.id}” không được có loại “{trigger}”.",
                    f"The event {node.id!r} must not have the trigger {trigger!r}.",
                )
        if "cancel" in node.triggers and node.type == "boundaryEvent":
            host = d.node.get(node.attribute("attachedToRef"))
            if host is not None and host.type in SUB_PROCESSES and host.type != "transaction":
                yield Fault(
                    node.id,
                    f"Sự kiện hủy “{node.id}” chỉ gắn được vào giao dịch.",
                    f"The cancel event {node.id!r} may only sit on a transaction.",
                )
        for ref in d.event_definition_refs(node):
            if ref[1] is None:
                yield Fault(
                    node.id,
                    f"Sự kiện “{node.id}” trỏ tới định nghĩa “{ref[0]}” không phải định nghĩa sự kiện.",
                    f"The event {node.id!r} refers to {ref[0]!r}, which is no event definition.",
                )
