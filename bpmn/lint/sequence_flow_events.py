"""Nothing flows into a start or boundary event, an event sub-process, nor out of an end event or event sub-process (BPMN 2.0.2 §10.5.2-4, §13.5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if d.incoming[node.id] and (
            node.type in ("startEvent", "boundaryEvent") or node.is_event_sub_process
        ):
            yield Fault(
                node.id,
                f"“{node.id}” không được có luồng đi vào.",
                f"{node.id!r} must not have an incoming flow.",
            )
        if d.outgoing[node.id] and (node.type == "endEvent" or node.is_event_sub_process):
            yield Fault(
                node.id,
                f"“{node.id}” không được có luồng đi ra.",
                f"{node.id!r} must not have an outgoing flow.",
            )
