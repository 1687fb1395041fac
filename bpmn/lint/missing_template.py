"""Each result's document template is in the bundle."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import MANIFEST, Parts
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    for result in parts.manifest.results if parts.manifest else ():
        if result.template and f"templates/{result.template}.typ" not in parts.files:
            yield Fault(
                result.code,
                f"Kết quả “{result.code}” dùng mẫu “templates/{result.template}.typ” không có trong gói.",
                f"The result {result.code!r} uses the template {result.template!r}, which is not there.",
                MANIFEST,
            )
