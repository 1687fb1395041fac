"""The data of an event is of the item that its message, signal, error or escalation carries (BPMN 2.0.2 §10.5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import EVENTS, Diagram
from bpmn.items import carried, inputs, item, outputs, same_item
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        definitions = d.event_definitions(node)
        if node.type not in EVENTS or not definitions:
            continue
        items = [carried(d, definition) for definition in definitions]
        for data in (*inputs(node.xml), *outputs(node.xml)):
            if not any(same_item(d, one, item(data)) for one in items):
                yield Fault(
                    node.id,
                    f"Dữ liệu của sự kiện “{node.id}” khác kiểu mà sự kiện mang theo.",
                    f"The data of the event {node.id!r} is not of the item it carries.",
                )
