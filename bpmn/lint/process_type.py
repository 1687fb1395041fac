"""An executable process is not public: a public process shows only what others see (BPMN 2.0.2 §10.2, Table 10.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for process in d.processes:
        if process.executable and process.xml.get("processType") == "Public":
            yield Fault(
                process.id,
                f"Quy trình thực thi “{process.id}” không được khai là Public.",
                f"The executable process {process.id!r} must not be Public.",
            )
