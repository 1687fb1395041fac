"""FEEL inside a diagram: formulas compiled once per version, evaluated over the scope of one step.

`engine.flow` knows no DMN and no calendar of its own: both come in by `Scope`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import feel
from engine.flow.changes import Scope, Stuck


class Formula:
    """A FEEL expression of a diagram, compiled. Raises `feel.FeelError` if the text is not FEEL."""

    __slots__ = ("_expression", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._expression = feel.compile(text)

    def value(self, values: Mapping[str, object], now: datetime) -> object:
        """The value over `values`; raises Stuck where FEEL raises (budget, type)."""
        try:
            return self._expression(values, now=now)
        except feel.FeelError as error:
            raise Stuck(
                "expression_failed",
                f"Biểu thức «{_shorten(self.text)}» không tính được: {error.sentence_vi}",
                f"The expression “{_shorten(self.text)}” failed: {error.sentence_en}",
            ) from error


def formula(text: str) -> Formula:
    """A text that *is* FEEL (conditions, collections); a leading `=` is tolerated."""
    text = text.strip()
    return Formula(text[1:] if text.startswith("=") else text)


def literal_or_formula(text: str) -> str | Formula:
    """A text that is literal unless it starts with `=`."""
    text = text.strip()
    return Formula(text[1:]) if text.startswith("=") else text


class Names:
    """The names in force during one step: the scope's values and the variables that the step itself has set."""

    __slots__ = ("_copied", "_values", "now", "scope")

    def __init__(self, scope: Scope, now: datetime) -> None:
        self.scope = scope
        self.now = now
        self._values: Mapping[str, object] = scope.values
        self._copied: dict[str, object] | None = None

    def set(self, name: str, value: object) -> None:
        if self._copied is None:
            self._values = self._copied = dict(self.scope.values)
        self._copied[name] = value

    def values(self, extra: Mapping[str, object] | None = None) -> Mapping[str, object]:
        return {**self._values, **extra} if extra else self._values

    def evaluate(self, text: str | Formula, extra: Mapping[str, object] | None = None) -> object:
        if isinstance(text, str):
            return text
        return text.value(self.values(extra), self.now)


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
