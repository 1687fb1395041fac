"""An event with one trigger can be read at a glance; several are executed (BPMN 2.0.2 §10.5.5.8)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if len(d.event_triggers(node)) > 1 or node.attribute("parallelMultiple") == "true":
            yield Fault(
                node.id,
                f"Sự kiện “{node.id}” chờ hoặc báo nhiều điều; vẽ riêng từng sự kiện thì dễ đọc hơn.",
                f"The event {node.id!r} has several event definitions; an event for each reads better.",
            )
