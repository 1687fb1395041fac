"""What an executable process computes is a formal expression: without `xsi:type` it is natural language (BPMN 2.0.2 §8.4.7)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import XSI_TYPE, Diagram
from bpmn.lint import Fault
from engine.xml import local, text_of

SEVERITY = "error"


EXPRESSIONS = (
    "timeDate",
    "timeDuration",
    "timeCycle",
    "condition",
    "conditionExpression",
    "completionCondition",
    "activationCondition",
    "loopCardinality",
    "loopCondition",
    "from",
    "to",
)


def diagram(d: Diagram) -> Iterator[Fault]:
    drawn = {p.id for p in d.processes if not p.executable}
    for element in d.elements(*EXPRESSIONS):
        formal = str(element.get(XSI_TYPE)).rpartition(":")[2] == "tFormalExpression" or element.get(
            "language"
        )
        owner = d.owner(element)
        if text_of(element) and not formal and d.process_of(element) not in drawn:
            yield Fault(
                owner,
                f'Biểu thức “{local(element)}” của “{owner}” là câu thường: thiếu xsi:type="tFormalExpression".',
                f'The expression {local(element)!r} of {owner!r} is natural language: it lacks xsi:type="tFormalExpression".',
            )
