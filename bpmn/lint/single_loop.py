"""An activity loops in one way, if at all (BPMN 2.0.2 Table 10.3, loopCharacteristics)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import children

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        loops = children(node.xml, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
        if len(list(loops)) > 1:
            yield Fault(
                node.id,
                f"“{node.id}” có nhiều kiểu lặp cùng lúc.",
                f"{node.id!r} has several loop characteristics.",
            )
