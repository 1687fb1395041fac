"""A default flow is one of the element's outgoing flows and has no condition (BPMN 2.0.2 §10.6.2, Table 8.60)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        default = node.attribute("default")
        if not default:
            continue
        flow = next((f for f in d.outgoing[node.id] if f.id == default), None)
        if flow is None:
            yield Fault(
                node.id,
                f"Luồng mặc định “{default}” của “{node.id}” không phải luồng đi ra của nó.",
                f"The default flow {default!r} of {node.id!r} is none of its outgoing flows.",
            )
        elif flow.condition:
            yield Fault(
                flow.id,
                f"Luồng mặc định “{flow.id}” không được có điều kiện.",
                f"The default flow {flow.id!r} must not have a condition.",
            )
