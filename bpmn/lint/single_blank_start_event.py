"""One none start event a level: with two, both run at once (BPMN 2.0.2 §13.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    for scope in d.scopes:
        blank = [n for n in d.inside[scope.id] if n.type == "startEvent" and not n.triggers]
        if len(blank) > 1:
            yield Fault(
                scope.id,
                f"“{scope.id}” có {len(blank)} sự kiện bắt đầu thường; chỉ nên có một.",
                f"{scope.id!r} has {len(blank)} blank start events; one is expected.",
            )
