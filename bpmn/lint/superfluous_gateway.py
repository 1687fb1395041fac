"""A gateway joins or splits; one with one way in and one way out does nothing (BPMN 2.0.2 §10.6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import GATEWAYS, Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.type == "complexGateway":
            continue  # refused by name
        if node.type in GATEWAYS and len(d.incoming[node.id]) < 2 and len(d.outgoing[node.id]) < 2:
            yield Fault(
                node.id,
                f"Cổng “{node.id}” thừa: không gộp và cũng không rẽ luồng nào.",
                f"The gateway {node.id!r} is superfluous: it neither joins nor splits.",
            )
