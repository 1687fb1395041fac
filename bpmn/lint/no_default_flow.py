"""A decision without a default flow is stuck when no condition holds (BPMN 2.0.2 §13.4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        flows = d.outgoing[node.id]
        if node.type not in ("exclusiveGateway", "inclusiveGateway") or len(flows) < 2:
            continue
        if not node.attribute("default") and all(flow.condition for flow in flows):
            yield Fault(
                node.id,
                f"Cổng “{node.id}” không có luồng mặc định: hồ sơ sẽ mắc lại nếu không điều kiện nào đúng.",
                f"The gateway {node.id!r} has no default flow: a dossier is stuck when no condition holds.",
            )
