"""A sequence flow stays in its pool and in its sub-process (BPMN 2.0.2 §7.6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for flow in d.flows:
        source, target = d.node.get(flow.source), d.node.get(flow.target)
        if source is None or target is None or (source.scope == target.scope == flow.scope):
            continue
        vi = "quy trình (pool)" if source.process != target.process else "quy trình con"
        en = "pool" if source.process != target.process else "sub-process"
        yield Fault(
            flow.id,
            f"Luồng “{flow.id}” đi qua biên {vi}: “{source.id}” → “{target.id}”.",
            f"The flow {flow.id!r} crosses the border of a {en}: {source.id!r} to {target.id!r}.",
        )
