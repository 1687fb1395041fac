"""Each decision that a step or a fee asks for is in one table of the bundle, and only in one."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import names
from bpmn.compile import Parts
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    for element, ref, file in names.decisions(parts):
        if ref.startswith("="):
            continue
        holders = [stem for stem, model in parts.decisions.items() if model.find(ref) is not None]
        if not holders and len(parts.decisions) == sum(name.endswith(".dmn") for name in parts.files):
            yield Fault(
                element,
                f"“{element}” dùng bảng quyết định “{ref}” không có trong gói.",
                f"{element!r} asks the decision {ref!r}, which is not in the bundle.",
                file,
            )
        if len(holders) > 1:
            yield Fault(
                element,
                f"“{element}”: bảng quyết định “{ref}” có trong nhiều tệp: {', '.join(holders)}.",
                f"{element!r}: the decision {ref!r} is in several files: {', '.join(holders)}.",
                file,
            )
