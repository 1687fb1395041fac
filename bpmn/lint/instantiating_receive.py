"""A receive task that begins a process has nothing before it (BPMN 2.0.2 Table 10.9, instantiate)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        if (
            node.type == "receiveTask"
            and node.attribute("instantiate") == "true"
            and (d.incoming[node.id] or d.scope[node.scope].kind != "process")
        ):
            yield Fault(
                node.id,
                f"“{node.id}” mở đầu quy trình (instantiate) nên không được có luồng vào hay nằm trong quy trình con.",
                f"{node.id!r} begins a process (instantiate): nothing may lead to it, nor may it stand in a sub-process.",
            )
