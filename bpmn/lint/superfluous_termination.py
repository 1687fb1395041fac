"""A terminate event where nothing else can run ends nothing: a plain end event says the same."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, Node
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if "terminate" in d.event_triggers(node) and not _concurrent(d, node):
            yield Fault(
                node.id,
                f"Sự kiện chấm dứt “{node.id}” thừa: không còn gì khác đang chạy.",
                f"The termination {node.id!r} is superfluous: nothing else runs.",
            )


def _concurrent(d: Diagram, end: Node) -> bool:
    """Something on the level may run beside the way to this end."""
    level = d.inside[end.scope]
    for node in level:
        if node.type in ("parallelGateway", "inclusiveGateway") and len(d.outgoing[node.id]) > 1:
            return True
        if (
            node.type != "exclusiveGateway"
            and node.type != "eventBasedGateway"
            and len(d.outgoing[node.id]) > 1
        ):
            return True
        if node.type == "boundaryEvent" and not node.interrupting:
            return True
        if node.is_event_sub_process and any(
            s.type == "startEvent" and not s.interrupting for s in d.inside[node.id]
        ):
            return True
    return sum(n.type == "startEvent" for n in level) > 1
