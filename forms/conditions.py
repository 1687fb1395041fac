"""Hide and read-only conditions: form-js judges them as unary tests whose input is null.

Hence what surprises: a condition that comes to null (an amount not yet filled in, compared with 2) holds, so the
field is hidden; `not(…)` around the whole turns "no test holds" into true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feel
from forms.values import Json


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A compiled condition."""

    tests: feel.Expression | feel.UnaryTests
    negated: bool

    def holds(self, scope: Mapping[str, Any], budget: feel.Budget | None, now: datetime | None) -> bool:
        """True if a test holds in this scope (none, if negated)."""
        if isinstance(self.tests, feel.UnaryTests):
            return self.tests(None, scope, budget, now)
        found = self.tests(scope, budget, now)
        held = any(_holds(item) for item in found) if isinstance(found, list) else _holds(found)
        return held is not self.negated

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The dotted paths it reads."""
        return self.tests.paths


def compile_condition(text: str) -> Condition:
    """Compile a condition (without its `=`). Raises `feel.FeelError`."""
    inner = _negated(text)
    if inner is not None:
        return Condition(feel.compile(f"[{inner}]", loose=True), True)
    try:
        return Condition(feel.compile(text, loose=True), False)
    except feel.FeelError as error:
        for compiled in (lambda: feel.compile(f"[{text}]", loose=True), lambda: feel.compile_unary(text)):
            try:
                return Condition(compiled(), False)
            except feel.FeelError:
                continue
        raise error from None


def _holds(value: Json) -> bool:
    return value is True or value is None


def _negated(text: str) -> str | None:
    """What stands in `not( … )` if that is the whole text."""
    text = text.strip()
    if not text.startswith("not") or not text[3:].lstrip().startswith("(") or not text.endswith(")"):
        return None
    start = text.index("(")
    depth, quoted, at = 0, False, start
    while at < len(text):
        character = text[at]
        if quoted:
            at += character == "\\"
            quoted = character != '"'
        elif character == '"':
            quoted = True
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return text[start + 1 : -1] if at == len(text) - 1 else None
        at += 1
    return None
