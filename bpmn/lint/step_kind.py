"""Every human step says what it legally is (dialect §4)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.diagram import HUMAN
from bpmn.lint import Fault
from engine.step_kinds import KINDS

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        for node in d.nodes:
            kind = node.properties.get("kind", "")
            if node.type in HUMAN and kind not in KINDS:
                vi = f"không có loại bước “{kind[:40]}”" if kind else "chưa nêu loại bước (kind)"
                en = f"has the unknown kind {kind[:40]!r}" if kind else "has no kind"
                yield Fault(node.id, f"“{node.id}” {vi}.", f"{node.id!r} {en}.", d.file)
