"""`camunda:candidateGroups` narrows the lane's role, it does not contradict it (dialect §3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.diagram import HUMAN
from bpmn.lint import Fault
from bpmn.steps import lane_properties

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        for node in d.nodes:
            groups = [g.strip() for g in (node.camunda("candidateGroups") or "").split(",") if g.strip()]
            role = node.properties.get("role") or lane_properties(d, node).get("role", "")
            if node.type in HUMAN and groups and role and role not in groups:
                yield Fault(
                    node.id,
                    f"“{node.id}”: candidateGroups “{', '.join(groups)}” mâu thuẫn với vai trò “{role}” của làn.",
                    f"{node.id!r}: candidateGroups {', '.join(groups)!r} contradict the lane's role {role!r}.",
                    d.file,
                )
