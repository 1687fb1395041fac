"""A file holds at least one process that may be executed and has something in it."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    executable = [p for p in d.processes if p.executable]
    if not executable:
        yield Fault(
            d.processes[0].id if d.processes else "",
            "Sơ đồ không có quy trình thực thi (process isExecutable).",
            "The diagram has no executable process.",
        )
    for process in executable:
        if not d.inside[process.id]:
            yield Fault(
                process.id,
                f"Quy trình “{process.id}” không có bước nào.",
                f"The process {process.id!r} is empty.",
            )
