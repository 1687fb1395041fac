"""Complex multi-instance behaviour and events thrown by instances are not executed (BPMN 2.0.2 §10.3.8)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import children

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        loop = node.loop
        if loop is not None and (
            loop.get("behavior", "All") != "All"
            or next(children(loop, "complexBehaviorDefinition"), None) is not None
        ):
            yield Fault(
                node.id,
                f"“{node.id}”: hành vi lặp phức hợp (behavior, complexBehaviorDefinition) không được hỗ trợ.",
                f"{node.id!r}: complex multi-instance behaviour is not executed.",
            )
