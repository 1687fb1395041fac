"""Each officer's step has a time limit: a task without one is never late."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.diagram import HUMAN
from bpmn.lint import Fault
from bpmn.steps import read

SEVERITY = "warning"


UNTIMED = {"supplement", "pay", "digitise_result", "return_result", "submit", "notify"}


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        for node in d.nodes:
            if node.type not in HUMAN:
                continue
            step = read(d, node)[0]
            if (
                step.time_limit is None
                and step.kind not in UNTIMED
                and step.role != "applicant"
                and step.counted
            ):
                yield Fault(
                    node.id,
                    f"Bước “{node.id}” không có thời hạn (time_limit).",
                    f"The step {node.id!r} has no time_limit.",
                    d.file,
                )
