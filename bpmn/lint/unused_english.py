"""English for a text that the bundle does not have is left over, or belongs to a text that was changed since."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.bundle import ENGLISH
from bpmn.compile import Parts
from bpmn.lint import Fault
from bpmn.texts import listed

SEVERITY = "warning"


def bundle(parts: Parts) -> Iterator[Fault]:
    if parts.english:
        used = listed(parts.forms, parts.manifest, parts.diagrams)
        for text in parts.english:
            if text not in used:
                yield Fault(
                    text[:80],
                    f"Gói không có câu “{text[:80]}”.",
                    f"The bundle has no text {text[:80]!r}.",
                    ENGLISH,
                )
