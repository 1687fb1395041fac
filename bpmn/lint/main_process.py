"""The bundle's diagram is there and says which process runs (dialect §2 `process`)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts, main_process
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    if parts.manifest is not None:
        for finding in main_process(parts.manifest, parts.diagrams)[1]:
            yield Fault(finding.element, finding.vi, finding.en, finding.file)
