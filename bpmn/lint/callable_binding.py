"""What offers an interface binds each operation to its data, of the operation's items (BPMN 2.0.2 §8.3.3, §10.4.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.items import inputs, item, message_item, operation, outputs, same_item
from bpmn.lint import Fault
from engine.xml import children

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for called in d.declared.values():
        offered = list(children(called, "supportedInterfaceRef"))
        bindings = list(children(called, "ioBinding"))
        if offered and not bindings:
            yield Fault(
                id_of(called),
                f"“{id_of(called)}” cung cấp giao diện nhưng không có ioBinding.",
                f"{id_of(called)!r} offers an interface without an ioBinding.",
            )
        data = {str(e.get("id")): e for e in (*inputs(called), *outputs(called))}
        for binding in bindings:
            op = operation(d, binding.get("operationRef"))
            for ref, message in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
                wanted = message_item(d, op, message)
                if wanted is not None and not same_item(d, wanted, item(data.get(str(binding.get(ref))))):
                    yield Fault(
                        id_of(called),
                        f"ioBinding của “{id_of(called)}” có dữ liệu khác kiểu thông điệp của thao tác.",
                        f"The ioBinding of {id_of(called)!r} binds data of another item than the operation's message.",
                    )
