"""A formal expression has a body (BPMN 2.0.2 §8.3.6)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import local, text_of

SEVERITY = "error"


FORMAL = (
    "timeDate",
    "timeDuration",
    "timeCycle",
    "condition",
    "conditionExpression",
    "completionCondition",
    "loopCardinality",
    "loopCondition",
    "dataPath",
    "transformation",
    "from",
    "to",
)


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements(*FORMAL):
        parent = element.getparent()
        if not text_of(element) and parent is not None:
            owner = d.owner(element)
            yield Fault(
                owner,
                f"Biểu thức “{local(element)}” của “{owner}” để trống.",
                f"The expression {local(element)!r} of {owner!r} is empty.",
            )
