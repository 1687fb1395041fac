"""A called process starts by a none start event: the call gives the token (BPMN 2.0.2 §10.3.6, §13.3.4)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    called = {node.attribute("calledElement"): node for node in d.nodes if node.type == "callActivity"}
    for process in d.processes:
        starts = [n for n in d.inside[process.id] if n.type == "startEvent"]
        if process.id in called and starts and all(d.event_triggers(start) for start in starts):
            yield Fault(
                called[process.id].id,
                f"“{called[process.id].id}” gọi quy trình “{process.id}” không có sự kiện bắt đầu thường.",
                f"{called[process.id].id!r} calls {process.id!r}, which has no none start event.",
            )
