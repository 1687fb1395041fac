"""A node that lists its flows lists those that join it, and no others: else two tools read two diagrams (BPMN 2.0.2 §8.4.13, §13.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, Node
from bpmn.lint import Fault
from engine.xml import children, text_of

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for process in d.processes:
        nodes = [node for node in d.nodes if node.process == process.id]
        if any(_listed(node, name) for node in nodes for name in ("incoming", "outgoing")):
            for node in nodes:
                yield from _differs(d, node)


def _differs(d: Diagram, node: Node) -> Iterator[Fault]:
    for name, vi, flows in (
        ("incoming", "vào", d.incoming[node.id]),
        ("outgoing", "ra", d.outgoing[node.id]),
    ):
        for flow in sorted({flow.id for flow in flows} ^ _listed(node, name)):
            yield Fault(
                node.id,
                f"“{node.id}” và sơ đồ nói khác nhau về luồng {vi} “{flow}”.",
                f"{node.id!r} and the diagram differ on the {name} flow {flow!r}.",
            )


def _listed(node: Node, name: str) -> set[str]:
    return {text_of(child).rpartition(":")[2] for child in children(node.xml, name)}
