"""Every human step has a queue: a role, and an agency unless the applicant does it (dialect §3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.diagram import HUMAN
from bpmn.lint import Fault
from bpmn.steps import lane_properties, role_of

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        told: set[str] = set()
        for node in d.nodes:
            if node.type not in HUMAN:
                continue
            inherited = lane_properties(d, node)
            role = role_of(node, inherited)
            agency = node.properties.get("agency", inherited.get("agency", ""))
            missing = [
                name
                for name, there in (("role", role), ("agency", agency or role == "applicant"))
                if not there
            ]
            lanes = d.lanes_of(node)
            where = lanes[0].id if lanes else node.id
            if missing and where not in told:
                told.add(where)
                names = ", ".join(missing)
                yield Fault(
                    where,
                    f"“{where}” thiếu {names}: không biết bước “{node.id}” mở ở hàng đợi nào.",
                    f"{where!r} lacks {names}: the step {node.id!r} has no queue.",
                    d.file,
                )
