"""A gateway joins or splits; one that does both is misread."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import GATEWAYS, Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.type in GATEWAYS and len(d.incoming[node.id]) > 1 and len(d.outgoing[node.id]) > 1:
            yield Fault(
                node.id,
                f"Cổng “{node.id}” vừa gộp vừa tách.",
                f"The gateway {node.id!r} both joins and splits.",
            )
