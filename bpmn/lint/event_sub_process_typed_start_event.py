"""An event sub-process starts by one event that says what it waits for (BPMN 2.0.2 §13.5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if not node.is_event_sub_process:
            continue
        starts = [start for start in d.inside[node.id] if start.type == "startEvent"]
        for start in starts:
            if not d.event_triggers(start):
                yield Fault(
                    start.id,
                    f"Sự kiện bắt đầu “{start.id}” của quy trình con sự kiện phải nói chờ điều gì.",
                    f"The start event {start.id!r} of an event sub-process needs an event definition.",
                )
        if len(starts) > 1:
            yield Fault(
                node.id,
                f"Quy trình con sự kiện “{node.id}” chỉ được có một sự kiện bắt đầu.",
                f"The event sub-process {node.id!r} must have one start event.",
            )
