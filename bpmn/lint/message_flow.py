"""A message flow joins two pools, from what can send to what can receive (BPMN 2.0.2 §9.4, Table 7.4)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import ACTIVITIES, Diagram, Node
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    participants = {p.id: p for p in d.participants}
    for flow in d.message_flows:
        pools = []
        for end, sends, vi in ((flow.source, True, "điểm đầu"), (flow.target, False, "điểm cuối")):
            node = d.node.get(end)
            if end in participants:
                pools.append(participants[end].process or end)
            elif node is not None and _may(d, node, sends):
                pools.append(node.process)
            else:
                side = "source" if sends else "target"
                yield Fault(
                    flow.id,
                    f"Luồng thông điệp “{flow.id}” có {vi} “{end}” không gửi/nhận được thông điệp.",
                    f"The {side} {end!r} of the message flow {flow.id!r} cannot send or receive messages.",
                )
        if len(pools) == 2 and pools[0] == pools[1]:
            yield Fault(
                flow.id,
                f"Luồng thông điệp “{flow.id}” nằm trong cùng một quy trình (pool).",
                f"The message flow {flow.id!r} stays within one pool.",
            )


def _may(d: Diagram, node: Node, sends: bool) -> bool:
    if node.type in ACTIVITIES:
        return node.type != ("receiveTask" if sends else "sendTask") and node.type != "scriptTask"
    kinds = (
        ("endEvent", "intermediateThrowEvent")
        if sends
        else ("startEvent", "intermediateCatchEvent", "boundaryEvent")
    )
    return node.type in kinds and "message" in d.event_triggers(node)
