"""A call activity has the data inputs and outputs of the process it calls (BPMN 2.0.2 §10.3.6)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.items import inputs, io_of, item, outputs, same_item
from bpmn.lint import Fault
from engine.xml import Element

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        called = d.declared.get(node.attribute("calledElement"))
        if (
            node.type != "callActivity"
            or called is None
            or (io_of(called) is None and io_of(node.xml) is None)
        ):
            continue
        for mine, theirs, vi in (
            (inputs(node.xml), inputs(called), "đầu vào"),
            (outputs(node.xml), outputs(called), "đầu ra"),
        ):
            if not _match(d, mine, theirs):
                yield Fault(
                    node.id,
                    f"Dữ liệu {vi} của “{node.id}” không khớp với “{called.get('id')}”.",
                    f"The data of {node.id!r} does not match that of {called.get('id')!r}.",
                )


def _match(d: Diagram, mine: tuple[Element, ...], theirs: tuple[Element, ...]) -> bool:
    return len(mine) == len(theirs) and all(
        same_item(d, item(a), item(b)) for a, b in zip(mine, theirs, strict=True)
    )
