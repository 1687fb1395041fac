"""Forms and decision tables that nothing uses are left-overs."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import names
from bpmn.compile import Parts
from bpmn.lint import Fault

SEVERITY = "warning"


def bundle(parts: Parts) -> Iterator[Fault]:
    nodes = [node for d in parts.diagrams.values() for node in d.nodes]
    used = {node.camunda("formRef") for node in nodes}
    used |= {component.form for component in parts.manifest.components} if parts.manifest else set()
    for key in sorted(set(parts.forms) - used):
        yield Fault(
            key, f"Biểu mẫu “{key}” không được dùng.", f"The form {key!r} is not used.", f"{key}.form"
        )
    asked = [ref for _, ref, _ in names.decisions(parts)]
    for stem, model in sorted(parts.decisions.items()):
        if not any(str(ref).startswith("=") or model.find(str(ref)) is not None for ref in asked):
            yield Fault(
                stem,
                f"Bảng quyết định “{stem}” không được dùng.",
                f"The decision table {stem!r} is not used.",
                f"{stem}.dmn",
            )
