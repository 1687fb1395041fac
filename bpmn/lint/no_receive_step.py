"""Some step decides reception: without one the dossier is never received and its time never starts (dialect §4; NĐ 61/2018 art. 17)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    steps = [node for d in parts.diagrams.values() for node in d.nodes]
    if parts.diagrams and not any(node.properties.get("kind") == "receive" for node in steps):
        d = next(iter(parts.diagrams.values()))
        where = d.processes[0].id if d.processes else ""
        yield Fault(
            where,
            "Sơ đồ không có bước tiếp nhận (kind = receive).",
            "The diagram has no step of kind receive.",
            d.file,
        )
