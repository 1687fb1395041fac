"""A condition can be true and can be false: one that reads nothing is a slip of the pen (BPMN 2.0.2 §8.4.13, §10.3.8)."""

from __future__ import annotations

from collections.abc import Iterator

import feel
from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import text_of

SEVERITY = "error"


CONDITIONS = ("conditionExpression", "condition", "completionCondition", "loopCondition")


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements(*CONDITIONS):
        text = text_of(element)
        if text and not isinstance(_constant(text), bool):
            owner = d.owner(element)
            yield Fault(
                owner,
                f"Điều kiện “{text[:60]}” của “{owner}” không bao giờ đúng hay sai: nó luôn là một giá trị khác.",
                f"The condition {text[:60]!r} of {owner!r} is never true nor false: it is always another value.",
            )


def _constant(text: str) -> object:
    """The value of a text that reads nothing; True where it reads something or is no FEEL (others say so)."""
    try:
        compiled = feel.compile(text.removeprefix("="))
        return True if compiled.names else compiled({}, feel.Budget())
    except feel.FeelError:
        return True
