"""A data association joins data of one item, unless it transforms (BPMN 2.0.2 §10.4.2); assignments and transformations are not executed."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.items import item, same_item
from bpmn.lint import Fault
from bpmn.xml import Element, children, local, text_of

SEVERITY = "error"


DATA = ("dataInput", "dataOutput", "dataObject", "dataObjectReference", "property", "dataStoreReference")


def diagram(d: Diagram) -> Iterator[Fault]:
    data = {str(e.get("id")): e for e in d.elements(*DATA)}
    for joined in d.elements("dataInputAssociation", "dataOutputAssociation"):
        if next(children(joined, "transformation"), None) is not None:
            yield Fault(
                id_of(joined),
                f"“{id_of(joined)}” có phép biến đổi dữ liệu, không được hỗ trợ.",
                f"{id_of(joined)!r} has a transformation, which is not executed.",
            )
            continue
        ends = [
            _item(data, text_of(next(children(joined, name), None))) for name in ("sourceRef", "targetRef")
        ]
        if None not in ends and not same_item(d, ends[0], ends[1]):
            yield Fault(
                id_of(joined),
                f"“{id_of(joined)}” nối hai dữ liệu khác kiểu.",
                f"{id_of(joined)!r} joins data of different items.",
            )


def _item(data: dict[str, Element], ref: str) -> str | None:
    element = data.get(ref)
    if element is not None and local(element) == "dataObjectReference":
        element = data.get(str(element.get("dataObjectRef")))
    return item(element)
