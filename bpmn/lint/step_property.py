"""The properties of a step can be read: time limit, outcomes, papers, counted (dialect §3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import steps
from bpmn.compile import Parts
from bpmn.diagram import HUMAN
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        for node in d.nodes:
            if node.type in HUMAN:
                for problem in steps.read(d, node)[1]:
                    yield Fault(node.id, problem.vi, problem.en, d.file)
