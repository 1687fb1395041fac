"""Several flows leave a decision: each says when, or is the default (BPMN 2.0.2 §10.6.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import ACTIVITIES, Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        flows = d.outgoing[node.id]
        forks = node.type in ACTIVITIES and (node.attribute("default") or any(f.condition for f in flows))
        if len(flows) < 2 or not (forks or node.type in ("exclusiveGateway", "inclusiveGateway")):
            continue
        for flow in flows:
            if not flow.condition and flow.id != node.attribute("default"):
                yield Fault(
                    flow.id,
                    f"Luồng “{flow.id}” ra khỏi “{node.id}” không có điều kiện và không phải luồng mặc định.",
                    f"The flow {flow.id!r} out of {node.id!r} has no condition and is not the default.",
                )
