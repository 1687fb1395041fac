"""Conditions stand on flows out of exclusive and inclusive gateways, and of activities with another way out (BPMN 2.0.2 §8.4.13)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import ACTIVITIES, EVENTS, Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for flow in d.flows:
        source = d.node.get(flow.source)
        if flow.condition is None or source is None:
            continue
        if source.type in EVENTS | {"parallelGateway", "eventBasedGateway"}:
            yield Fault(
                flow.id,
                f"Luồng “{flow.id}” ra khỏi “{source.id}” không được có điều kiện.",
                f"The flow {flow.id!r} out of {source.id!r} must not have a condition.",
            )
        elif source.type in ACTIVITIES and len(d.outgoing[source.id]) == 1:
            yield Fault(
                flow.id,
                f"Luồng “{flow.id}” là đường duy nhất ra khỏi “{source.id}” nên không được có điều kiện.",
                f"The flow {flow.id!r} is the only way out of {source.id!r}: it must not have a condition.",
            )
