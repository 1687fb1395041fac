"""A process shows where it begins."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for scope in d.scopes:
        if scope.kind == "adHocSubProcess":
            continue
        if not any(n.type == "startEvent" for n in d.inside[scope.id]):
            yield Fault(
                scope.id, f"“{scope.id}” không có sự kiện bắt đầu.", f"{scope.id!r} has no start event."
            )
