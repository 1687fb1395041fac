"""With an end event in the level, every other node goes on (BPMN 2.0.2 §10.5.3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"

INTERMEDIATE = ("intermediateCatchEvent", "intermediateThrowEvent")  # always between two (Table 10.91)


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if d.outgoing[node.id] or node.type == "endEvent" or node.is_event_sub_process:
            continue
        if d.scope[node.scope].kind == "adHocSubProcess" or node.attribute("isForCompensation") == "true":
            continue
        if node.type == "intermediateThrowEvent" and "link" in node.triggers:
            continue
        if node.type == "boundaryEvent" and "compensate" in node.triggers:
            continue
        ended = any(other.type == "endEvent" for other in d.inside[node.scope])
        yield Fault(
            node.id,
            f"“{node.id}” không có luồng đi ra và không phải sự kiện kết thúc.",
            f"{node.id!r} has no outgoing flow and is no end event.",
            severity="error" if ended or node.type in INTERMEDIATE else "warning",
        )
