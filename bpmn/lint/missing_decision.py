"""Each decision that a step asks for is in one table of the bundle, and only in one."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        for node in d.nodes:
            ref = node.camunda("decisionRef")
            if not ref or ref.startswith("="):
                continue
            holders = [stem for stem, model in parts.decisions.items() if model.find(ref) is not None]
            if not holders and len(parts.decisions) == sum(name.endswith(".dmn") for name in parts.files):
                yield Fault(
                    node.id,
                    f"“{node.id}” dùng bảng quyết định “{ref}” không có trong gói.",
                    f"{node.id!r} asks the decision {ref!r}, which is not in the bundle.",
                    d.file,
                )
            if len(holders) > 1:
                yield Fault(
                    node.id,
                    f"“{node.id}”: bảng quyết định “{ref}” có trong nhiều tệp: {', '.join(holders)}.",
                    f"{node.id!r}: the decision {ref!r} is in several files: {', '.join(holders)}.",
                    d.file,
                )
