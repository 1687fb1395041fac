"""Link events have a name; each throwing one has one catching one of its name on its level (BPMN 2.0.2 §10.5.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import local

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    links = [
        (node, str(e.get("name") or ""))
        for node in d.nodes
        for e in d.event_definitions(node)
        if local(e) == "linkEventDefinition"
    ]
    caught = Counter(
        (node.scope, name) for node, name in links if node.type == "intermediateCatchEvent" and name
    )
    thrown = Counter(
        (node.scope, name) for node, name in links if node.type == "intermediateThrowEvent" and name
    )
    for node, name in links:
        there = caught if node.type == "intermediateThrowEvent" else thrown
        if not name:
            yield Fault(
                node.id,
                f"Sự kiện liên kết “{node.id}” không có tên liên kết.",
                f"The link event {node.id!r} has no link name.",
            )
        elif not there[(node.scope, name)]:
            other = ("bắt", "catch") if node.type == "intermediateThrowEvent" else ("phát", "throw")
            yield Fault(
                node.id,
                f"Sự kiện liên kết “{node.id}” không có sự kiện {other[0]} cùng tên “{name}” ở cùng cấp.",
                f"No link event on the level {other[1]}es the name {name!r} of {node.id!r}.",
            )
        elif node.type == "intermediateCatchEvent" and caught[(node.scope, name)] > 1:
            yield Fault(
                node.id,
                f"Có {caught[(node.scope, name)]} sự kiện bắt cùng tên liên kết “{name}”.",
                f"{caught[(node.scope, name)]} link events catch the name {name!r}.",
            )
