"""One token starts an activity and one leaves it: other quantities are not executed (BPMN 2.0.2 §10.3, Table 10.3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        for name in ("startQuantity", "completionQuantity"):
            if node.attribute(name, "1") != "1":
                yield Fault(node.id, f"“{node.id}”: {name} phải là 1.", f"{node.id!r}: {name} must be 1.")
