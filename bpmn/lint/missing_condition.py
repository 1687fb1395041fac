"""Several flows leave a decision: each says when, or is the default (BPMN 2.0.2 §10.6.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.type not in ("exclusiveGateway", "inclusiveGateway") or len(d.outgoing[node.id]) < 2:
            continue
        for flow in d.outgoing[node.id]:
            if not flow.condition and flow.id != node.attribute("default"):
                yield Fault(
                    flow.id,
                    f"Luồng “{flow.id}” ra khỏi cổng “{node.id}” không có điều kiện và không phải luồng mặc định.",
                    f"The flow {flow.id!r} out of {node.id!r} has no condition and is not the default.",
                )
