"""A multi-instance activity takes its collection from data of its own, item by item (BPMN 2.0.2 Table 10.27)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import SUB_PROCESSES, Diagram, Node
from bpmn.items import inputs, item, outputs, same_item
from bpmn.lint import Fault
from engine.xml import Element, children, text_of

SEVERITY = "error"


SIDES = (("loopDataInputRef", "inputDataItem", inputs), ("loopDataOutputRef", "outputDataItem", outputs))


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if node.loop is None:
            continue
        for reference, one, side in SIDES:
            name = text_of(next(children(node.loop, reference), None))
            if not name or node.type in SUB_PROCESSES:
                continue
            data = next((e for e in side(node.xml) if e.get("id") == name), None)
            if data is None:
                yield Fault(
                    node.id,
                    f"“{node.id}” lặp theo “{name}”, không phải dữ liệu của chính nó.",
                    f"{node.id!r} loops over {name!r}, which is no data of its own.",
                )
            else:
                yield from _item_of(d, node, data, next(children(node.loop, one), None))


def _item_of(d: Diagram, node: Node, data: Element, one: Element | None) -> Iterator[Fault]:
    known = one is not None and item(one) in d.declared and item(data) in d.declared
    if not known:
        return
    scalar = d.declared[str(item(one))]
    structures = {d.declared[str(item(e))].get("structureRef") for e in (one, data)}
    if scalar.get("isCollection") == "true" or (
        len(structures) > 1 and not same_item(d, item(one), item(data))
    ):
        yield Fault(
            node.id,
            f"Mỗi phần tử mà “{node.id}” lặp qua phải cùng kiểu với danh sách và không phải danh sách.",
            f"The item that {node.id!r} loops over must be of the collection's structure and no collection itself.",
        )
