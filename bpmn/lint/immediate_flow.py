"""A flow of an executable process is immediate: nothing unseen happens along it (BPMN 2.0.2 Table 8.60, isImmediate)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    drawn = {p.id for p in d.processes if not p.executable}
    for flow in d.flows:
        if flow.xml.get("isImmediate") == "false" and d.process_of(flow.xml) not in drawn:
            yield Fault(
                flow.id,
                f'Luồng “{flow.id}” có isImmediate="false", không chạy được.',
                f'The flow {flow.id!r} has isImmediate="false", which cannot be executed.',
            )
