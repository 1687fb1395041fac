"""With a start event in the level, every node that nothing flows into would never run (BPMN 2.0.2 §10.5.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"

INTERMEDIATE = ("intermediateCatchEvent", "intermediateThrowEvent")  # always between two (Table 10.91)


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if d.incoming[node.id] or node.type in ("startEvent", "boundaryEvent") or node.is_event_sub_process:
            continue
        if (
            d.scope[node.scope].kind == "adHocSubProcess"
            or node.attribute("isForCompensation") == "true"
            or node.attribute("instantiate") == "true"
        ):
            continue
        if node.type == "intermediateCatchEvent" and "link" in node.triggers:
            continue
        started = any(other.type == "startEvent" for other in d.inside[node.scope])
        yield Fault(
            node.id,
            f"Không có luồng nào dẫn tới “{node.id}”, bước này không bao giờ được thực hiện.",
            f"No flow leads to {node.id!r}.",
            severity="error" if started or node.type in INTERMEDIATE else "warning",
        )
