"""An embedded sub-process starts by one none start event (BPMN 2.0.2 §10.5.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for start in d.nodes:
        host = d.node.get(start.scope)
        if (
            start.type == "startEvent"
            and host is not None
            and not host.is_event_sub_process
            and start.triggers
        ):
            yield Fault(
                start.id,
                f"Sự kiện bắt đầu “{start.id}” của quy trình con không được chờ điều gì.",
                f"The start event {start.id!r} of a sub-process must be a none event.",
            )
