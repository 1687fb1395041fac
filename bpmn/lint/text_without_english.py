"""A bundle that speaks English speaks it everywhere: a text without English stands in Vietnamese on an English page."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.bundle import ENGLISH
from bpmn.compile import Parts
from bpmn.lint import Fault
from bpmn.texts import listed

SEVERITY = "warning"


def bundle(parts: Parts) -> Iterator[Fault]:
    if ENGLISH not in parts.files or any(finding.file == ENGLISH for finding in parts.findings):
        return
    for text, places in listed(parts.forms, parts.manifest, parts.diagrams).items():
        if text not in parts.english:
            yield Fault(
                places[0][:200],
                f"“{text[:80]}” chưa có bản tiếng Anh.",
                f"{text[:80]!r} has no English.",
                ENGLISH,
            )
