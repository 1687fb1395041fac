"""A send, receive or service task has the data of its message or operation, in one set (BPMN 2.0.2 §10.3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.items import inputs, io_of, item, message_item, operation, outputs, same_item
from bpmn.lint import Fault
from engine.xml import children

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        spec = io_of(node.xml)
        if spec is None or node.type not in ("sendTask", "receiveTask", "serviceTask"):
            continue
        called = operation(d, node.attribute("operationRef") or None)
        sent, received = message_item(d, called, "inMessageRef"), message_item(d, called, "outMessageRef")
        if node.type != "serviceTask":
            message = d.declared.get(node.attribute("messageRef"))
            carried = item(message, "itemRef")
            sent, received = (carried, None) if node.type == "sendTask" else (None, carried)
            if message is not None and (
                len(inputs(node.xml)) > (node.type == "sendTask")
                or len(outputs(node.xml)) > (node.type == "receiveTask")
            ):
                yield Fault(
                    node.id,
                    f"“{node.id}” chỉ được có một dữ liệu của thông điệp.",
                    f"{node.id!r} must have one data item, that of its message.",
                )
        for kind, many in (("inputSet", node.type != "receiveTask"), ("outputSet", node.type != "sendTask")):
            if many and len(list(children(spec, kind))) > 1:
                yield Fault(
                    node.id, f"“{node.id}” chỉ được có một {kind}.", f"{node.id!r} must have one {kind}."
                )
        for wanted, given in ((sent, inputs(node.xml)), (received, outputs(node.xml))):
            if wanted is not None and any(not same_item(d, wanted, item(data)) for data in given):
                yield Fault(
                    node.id,
                    f"Dữ liệu của “{node.id}” khác kiểu “{wanted}” của thông điệp.",
                    f"The data of {node.id!r} is not of the message's item {wanted!r}.",
                )
