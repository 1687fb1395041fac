"""Each outcome of a step has a way on, and flows ask only for outcomes that steps before them can have."""

from __future__ import annotations

import re
from collections.abc import Iterator

import feel
from bpmn import steps
from bpmn.compile import Parts
from bpmn.diagram import HUMAN, Diagram, Flow, Node
from bpmn.lint import Fault

SEVERITY = "error"


ASKED = re.compile(r'(?:\bsteps\.([\w]+)\.)?\boutcome\s*(?:=|!=)\s*"([^"]*)"')


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        codes = {n.id: [o.code for o in steps.read(d, n)[0].outcomes] for n in d.nodes if n.type in HUMAN}
        for node in d.nodes:
            if node.id in codes:
                yield from _ways_on(d, node, codes[node.id])
        for flow in d.flows:
            yield from _asked(d, flow, codes)
        for event in d.nodes:
            silence, host = event.properties.get("silence"), event.attribute("attachedToRef")
            if silence and host in codes and silence not in codes[host]:
                yield Fault(
                    event.id,
                    f"“{event.id}”: im lặng được tính là “{silence}”, nhưng bước “{host}” không có kết quả đó.",
                    f"{event.id!r}: silence means {silence!r}, which {host!r} does not have.",
                    d.file,
                )


def _ways_on(d: Diagram, step: Node, codes: list[str]) -> Iterator[Fault]:
    """Only where the very next node decides by outcome alone; anything else is the scenarios' to show."""
    if step.loop is not None:
        return
    flows = d.outgoing[step.id]
    gateway = d.node.get(flows[0].target) if len(flows) == 1 else step
    if (
        gateway is None
        or gateway.type not in ("exclusiveGateway", "inclusiveGateway", "userTask")
        or gateway.attribute("default")
    ):
        return
    tests = d.outgoing[gateway.id]
    if len(tests) < 2 or any(flow.condition is None for flow in tests):
        return
    for code in codes:
        if not any(_may_hold(flow, code, step.id) for flow in tests):
            yield Fault(
                step.id,
                f"Kết quả “{code}” của bước “{step.id}” không có luồng đi tiếp ở “{gateway.id}”.",
                f"The outcome {code!r} of {step.id!r} has no flow at {gateway.id!r}.",
                d.file,
            )


def _may_hold(flow: Flow, code: str, step: str) -> bool:
    try:
        test = feel.compile(flow.condition or "")
    except feel.FeelError:
        return True
    if not test.paths <= {("outcome",), ("steps", step, "outcome")}:
        return True
    return test({"outcome": code, "steps": {step: {"outcome": code}}}) is True


def _asked(d: Diagram, flow: Flow, codes: dict[str, list[str]]) -> Iterator[Fault]:
    if not flow.condition or flow.source not in d.node:
        return
    before = _before(d, flow.source)
    for step, code in ASKED.findall(flow.condition):
        possible = codes.get(step, []) if step else [c for id_ in before for c in codes.get(id_, [])]
        if (step in codes or (not step and before)) and code not in possible:
            yield Fault(
                flow.id,
                f"Luồng “{flow.id}” hỏi kết quả “{code}” mà bước trước không có ({', '.join(possible)}).",
                f"The flow {flow.id!r} asks for the outcome {code!r}, which no step before it has ({', '.join(possible)}).",
                d.file,
            )


def _before(d: Diagram, start: str) -> set[str]:
    """The human steps that may have been completed last before the node; those inside a sub-process before it too."""
    found: set[str] = set()
    seen: set[str] = set()
    todo = [start]
    while todo:
        id_ = todo.pop()
        if id_ in seen or id_ not in d.node:
            continue
        seen.add(id_)
        node = d.node[id_]
        if node.type in HUMAN:
            found.add(id_)
            continue
        if node.type == "boundaryEvent":
            todo.append(node.attribute("attachedToRef"))
        todo += [inner.id for inner in d.inside.get(id_, ())]
        todo += [flow.source for flow in d.incoming[id_]]
        if node.type == "startEvent" and node.scope in d.node:
            todo += [flow.source for flow in d.incoming[node.scope]]
    return found
