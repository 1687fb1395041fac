"""Where a level has end events it has a start event, and the other way round (BPMN 2.0.2 §10.5.2, §10.5.3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import GATEWAYS, Diagram, Node
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for scope in d.scopes:
        nodes = d.inside[scope.id]
        starts = any(n.type == "startEvent" for n in nodes) or any(_instantiates(n) for n in nodes)
        ends = any(n.type == "endEvent" for n in nodes)
        if ends and not starts:
            yield Fault(
                scope.id,
                f"“{scope.id}” có sự kiện kết thúc nhưng không có sự kiện bắt đầu.",
                f"{scope.id!r} has an end event but no start event.",
            )
        if starts and not ends and nodes:
            last = next((n.id for n in nodes if not d.outgoing[n.id] and n.type not in GATEWAYS), None)
            if last is not None:
                yield Fault(
                    scope.id,
                    f"“{scope.id}” có sự kiện bắt đầu nhưng không có sự kiện kết thúc (“{last}” là bước cuối).",
                    f"{scope.id!r} has a start event but no end event ({last!r} comes last).",
                )


def _instantiates(node: Node) -> bool:
    return node.type in ("receiveTask", "eventBasedGateway") and node.attribute("instantiate") == "true"
