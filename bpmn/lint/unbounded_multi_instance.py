"""A fixed number of instances stays within reason, loops in loops multiplied."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, Node
from bpmn.lint import Fault
from engine.xml import children, text_of

SEVERITY = "error"


MAX_INSTANCES = 1_000


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        times = _times(node)
        at = d.node.get(node.scope)
        while at is not None and times > 1:
            times *= _times(at)
            at = d.node.get(at.scope)
        if times > MAX_INSTANCES:
            outer = " → ".join(_around(d, node))
            yield Fault(
                node.id,
                f"“{node.id}” tạo hơn {MAX_INSTANCES} thể hiện cùng lúc ({outer}).",
                f"{node.id!r} makes more than {MAX_INSTANCES} instances ({outer}).",
            )


def _times(node: Node) -> int:
    """The literal number of instances; 1 where it is not literal."""
    if node.loop is None:
        return 1
    text = text_of(next(children(node.loop, "loopCardinality"), None)).strip("= ")
    if not (text.isascii() and text.isdigit()):
        return 1
    return int(text) if len(text) < 10 else MAX_INSTANCES + 1


def _around(d: Diagram, node: Node) -> list[str]:
    found = [node.id]
    while node.scope in d.node:
        node = d.node[node.scope]
        found.append(node.id)
    return found[::-1]
