"""After an event-based gateway: two or more catching events or receive tasks, entered only from it, without conditions (BPMN 2.0.2 §10.6.6)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, Node
from bpmn.lint import Fault

SEVERITY = "error"


AWAITED = {"message", "timer", "signal", "conditional"}


def diagram(d: Diagram) -> Iterator[Fault]:
    for gateway in d.nodes:
        if gateway.type != "eventBasedGateway":
            continue
        flows = d.outgoing[gateway.id]
        if len(flows) < 2:
            yield Fault(
                gateway.id,
                f"Cổng sự kiện “{gateway.id}” cần ít nhất hai luồng đi ra.",
                f"The event-based gateway {gateway.id!r} needs two or more outgoing flows.",
            )
        if gateway.attribute("instantiate") == "true" and d.incoming[gateway.id]:
            yield Fault(
                gateway.id,
                f"Cổng sự kiện khởi tạo “{gateway.id}” không được có luồng đi vào.",
                f"The instantiating gateway {gateway.id!r} must not have incoming flows.",
            )
        kinds = set()
        for flow in flows:
            target = d.node.get(flow.target)
            if flow.condition is not None:
                yield Fault(
                    flow.id,
                    f"Luồng “{flow.id}” ra khỏi cổng sự kiện không được có điều kiện.",
                    f"The flow {flow.id!r} out of an event-based gateway must not have a condition.",
                )
            if target is None:
                continue
            kinds.add(
                "task" if target.type == "receiveTask" else "message" if "message" in target.triggers else ""
            )
            yield from _target(d, gateway, target)
        if {"task", "message"} <= kinds:
            yield Fault(
                gateway.id,
                f"Sau cổng “{gateway.id}” không được dùng lẫn việc nhận và sự kiện thông điệp.",
                f"After {gateway.id!r} receive tasks and message events must not be mixed.",
            )


def _target(d: Diagram, gateway: Node, target: Node) -> Iterator[Fault]:
    catches = target.type == "intermediateCatchEvent" and set(target.triggers) <= AWAITED and target.triggers
    if not catches and target.type != "receiveTask":
        yield Fault(
            target.id,
            f"“{target.id}” không thể đứng sau cổng sự kiện “{gateway.id}”: chỉ sự kiện chờ hoặc việc nhận.",
            f"{target.id!r} cannot follow the event-based gateway {gateway.id!r}.",
        )
    if len(d.incoming[target.id]) > 1:
        yield Fault(
            target.id,
            f"“{target.id}” sau cổng sự kiện “{gateway.id}” không được có luồng vào khác.",
            f"{target.id!r} after {gateway.id!r} must have no other incoming flow.",
        )
    if target.type == "receiveTask" and d.boundaries.get(target.id):
        yield Fault(
            target.id,
            f"Việc nhận “{target.id}” sau cổng sự kiện không được có sự kiện biên.",
            f"The receive task {target.id!r} after a gateway must have no boundary event.",
        )
