"""A conditional event has a condition (BPMN 2.0.2 §10.5.5)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import children, local, text_of

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    executable = {p.id for p in d.processes if p.executable and p.xml.get("isExecutable") is not None}
    for node in d.nodes:
        for definition in d.event_definitions(node):
            if (
                local(definition) == "conditionalEventDefinition"
                and node.process in executable
                and not text_of(next(children(definition, "condition"), None))
            ):
                yield Fault(
                    node.id,
                    f"Sự kiện điều kiện “{node.id}” không có điều kiện.",
                    f"The conditional event {node.id!r} has no condition.",
                )
