"""Each form that a step, the start or a component names is in the bundle."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import MANIFEST, Parts
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    there = {name.rpartition(".")[0] for name in parts.files if name.endswith(".form")}
    for d in parts.diagrams.values():
        for node in d.nodes:
            key = node.camunda("formRef")
            if key and key not in there:
                yield Fault(
                    node.id,
                    f"“{node.id}” dùng biểu mẫu “{key}” không có trong gói.",
                    f"{node.id!r} uses the form {key!r}, which is not in the bundle.",
                    d.file,
                )
            for name in ("formKey", "formRefVersion"):
                if node.camunda(name):
                    yield Fault(
                        node.id,
                        f"“{node.id}” dùng camunda:{name}: chỉ dùng camunda:formRef.",
                        f"{node.id!r} uses camunda:{name}; only camunda:formRef is known.",
                        d.file,
                    )
    for component in parts.manifest.components if parts.manifest else ():
        if component.form and component.form not in there:
            yield Fault(
                component.code,
                f"Thành phần “{component.code}” dùng biểu mẫu “{component.form}” không có trong gói.",
                f"The component {component.code!r} uses the form {component.form!r}, which is not there.",
                MANIFEST,
            )
