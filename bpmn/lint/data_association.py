"""A data association joins data of one item, unless it transforms (BPMN 2.0.2 §10.4.2); assignments and transformations are not executed."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.items import item, same_item
from bpmn.lint import Fault
from engine.xml import Element, children, local, text_of

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
        yield from _wrong_way(joined)
        if len(list(children(joined, "sourceRef"))) > 1:
            yield Fault(
                id_of(joined),
                f"“{id_of(joined)}” lấy từ nhiều dữ liệu mà không có phép biến đổi.",
                f"{id_of(joined)!r} has several sources and no transformation.",
            )
        ends = [
            _item(data, text_of(next(children(joined, name), None))) for name in ("sourceRef", "targetRef")
        ]
        if None not in ends and not same_item(d, ends[0], ends[1]):
            yield Fault(
                id_of(joined),
                f"“{id_of(joined)}” nối hai dữ liệu khác kiểu.",
                f"{id_of(joined)!r} joins data of different items.",
            )


def _wrong_way(joined: Element) -> Iterator[Fault]:
    """A process's data input is only read, its data output only written (Tables 10.59, 10.60)."""
    for name, kind in (("sourceRef", "dataOutput"), ("targetRef", "dataInput")):
        reference = text_of(next(children(joined, name), None))
        for process in joined.iterancestors("{*}process"):
            for io in children(process, "ioSpecification"):
                if any(e.get("id") == reference for e in children(io, kind)):
                    yield Fault(
                        id_of(joined),
                        f"“{id_of(joined)}” đi ngược chiều dữ liệu “{reference}” của quy trình.",
                        f"{id_of(joined)!r} goes the wrong way: {reference!r} is a {kind} of the process.",
                    )


def _item(data: dict[str, Element], ref: str) -> str | None:
    element = data.get(ref)
    if element is not None and local(element) == "dataObjectReference":
        element = data.get(str(element.get("dataObjectRef")))
    return item(element)
