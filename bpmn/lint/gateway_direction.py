"""A gateway has as many flows in and out as its `gatewayDirection` says (BPMN 2.0.2 §8.3.9, Table 8.46)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import GATEWAYS, Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.type not in GATEWAYS:
            continue
        many_in, many_out = len(d.incoming[node.id]) > 1, len(d.outgoing[node.id]) > 1
        direction = node.attribute("gatewayDirection")
        wrong = {"Converging": many_out, "Diverging": many_in, "Mixed": not (many_in and many_out)}
        if wrong.get(direction, False):
            counts = f"{len(d.incoming[node.id])} → {len(d.outgoing[node.id])}"
            yield Fault(
                node.id,
                f"Cổng “{node.id}” khai hướng {direction} nhưng có số luồng vào → ra là {counts}.",
                f"The gateway {node.id!r} says {direction} but has {counts} flows in and out.",
            )
