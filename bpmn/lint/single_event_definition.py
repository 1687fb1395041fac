"""An event has one trigger: multiple and parallel multiple events are not executed."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if len(d.event_triggers(node)) > 1 or node.attribute("parallelMultiple") == "true":
            yield Fault(
                node.id,
                f"Sự kiện “{node.id}” có nhiều định nghĩa; chỉ được một.",
                f"The event {node.id!r} has several event definitions; one is allowed.",
            )
