"""An event has data for each message, signal, error or escalation it names, of the item that carries (BPMN 2.0.2 §10.5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import EVENTS, Diagram
from bpmn.items import carried, inputs, item, outputs, same_item
from bpmn.lint import Fault
from engine.xml import Element, local

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        definitions = d.event_definitions(node)
        if node.type not in EVENTS or not definitions:
            continue
        items = [carried(d, one) for one in definitions if _carries(one)]
        data = (*inputs(node.xml), *outputs(node.xml))
        if data and len(data) != len(items):
            yield Fault(
                node.id,
                f"Sự kiện “{node.id}” có {len(items)} định nghĩa mang dữ liệu nhưng có {len(data)} dữ liệu.",
                f"The event {node.id!r} has {len(items)} definitions that carry data, and {len(data)} data.",
            )
        elif not all(same_item(d, one, item(mine)) for one, mine in zip(items, data, strict=False)):
            yield Fault(
                node.id,
                f"Dữ liệu của sự kiện “{node.id}” khác kiểu mà sự kiện mang theo.",
                f"The data of the event {node.id!r} is not of the item it carries.",
            )


def _carries(definition: Element) -> bool:
    return local(definition) in {
        f"{kind}EventDefinition" for kind in ("message", "signal", "error", "escalation")
    }
