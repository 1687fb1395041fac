"""A gateway with one way in and one way out does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import GATEWAYS, Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.type in GATEWAYS and len(d.incoming[node.id]) == len(d.outgoing[node.id]) == 1:
            yield Fault(
                node.id,
                f"Cổng “{node.id}” thừa: chỉ có một luồng vào và một luồng ra.",
                f"The gateway {node.id!r} is superfluous: one flow in, one out.",
            )
