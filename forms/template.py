"""FEELers, the templates of form-js texts: `{{expression}}`, `{{#if …}}…{{/if}}`, `{{#loop …}}…{{/loop}}`, `=expression`.

Inside a loop the item's own keys, `this` (the item) and `parent` (the scope around) are in scope.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feel
from feel.budget import charge_steps
from forms.values import Json, js_text, truthy

Escape = Callable[[str], str]
Part = Callable[[Mapping[str, Any], "Run"], str]

MAX_BLOCKS = 30
_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """What one rendering shares: how inserted values are escaped, the moment, the budget."""

    escape: Escape
    now: datetime | None
    budget: feel.Budget | None


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A text that may hold expressions. `constant` is the text itself where it holds none."""

    constant: str | None
    parts: tuple[Part, ...] = ()
    expressions: tuple[feel.Expression, ...] = ()

    def render(
        self,
        scope: Mapping[str, Any],
        *,
        escape: Escape = str,
        now: datetime | None = None,
        budget: feel.Budget | None = None,
    ) -> str:
        """The text for this scope; `escape` is applied to inserted values only. Null inserts nothing."""
        if self.constant is not None:
            return self.constant
        run = Run(escape, now, budget)
        return "".join(part(scope, run) for part in self.parts)


EMPTY = Template("")


def compile_template(text: str, names: tuple[str, ...] = ()) -> Template:
    """Compile a text; raises `feel.FeelError` where an expression or a block is wrong."""
    if text.startswith("="):
        expression = feel.compile(text[1:], names, loose=True)
        return Template(None, (_insert(expression),), (expression,))
    if "{{" not in text:
        return Template(text)
    found: list[feel.Expression] = []
    parts, end = _parse(_tokens(text), 0, None, found, names, 0)
    del end
    return Template(None, tuple(parts), tuple(found)) if found else Template(text)


def _tokens(text: str) -> list[tuple[bool, str]]:
    """(is a tag, its text) in order."""
    tokens: list[tuple[bool, str]] = []
    at = 0
    for match in _TAG.finditer(text):
        tokens += [(False, text[at : match.start()]), (True, match[1].strip())]
        at = match.end()
    tokens.append((False, text[at:]))
    return tokens


def _parse(
    tokens: list[tuple[bool, str]],
    at: int,
    closing: str | None,
    found: list[feel.Expression],
    names: tuple[str, ...],
    depth: int,
) -> tuple[list[Part], int]:
    if depth > MAX_BLOCKS:
        raise _wrong("Mẫu văn bản lồng quá sâu.", "The template is nested too deeply.")
    parts: list[Part] = []
    while at < len(tokens):
        is_tag, text = tokens[at]
        at += 1
        if not is_tag:
            if text:
                parts.append(_literal(text))
        elif closing is not None and text == closing:
            return parts, at
        elif text.startswith(("#if ", "#loop ")):
            word, source = text[1:].split(" ", 1)
            expression = feel.compile(source, names, loose=True)
            found.append(expression)
            inner, at = _parse(tokens, at, f"/{word}", found, names, depth + 1)
            parts.append((_if if word == "if" else _loop)(expression, tuple(inner)))
        elif text.startswith(("#", "/")):
            raise _wrong(
                f"Không hiểu {{{{{text}}}}} trong mẫu văn bản.", f"Unexpected {{{{{text}}}}} in the template."
            )
        else:
            expression = feel.compile(text[1:] if text.startswith("=") else text, names, loose=True)
            found.append(expression)
            parts.append(_insert(expression))
    if closing is not None:
        raise _wrong(f"Mẫu văn bản thiếu {{{{{closing}}}}}.", f"Expected {{{{{closing}}}}} in the template.")
    return parts, at


def _wrong(vi: str, en: str) -> feel.FeelError:
    return feel.FeelError("template.syntax", vi, en)


def _literal(text: str) -> Part:
    return lambda scope, run: text


def _insert(expression: feel.Expression) -> Part:
    def part(scope: Mapping[str, Any], run: Run) -> str:
        value: Json = expression(scope, run.budget, run.now)
        return "" if value is None else run.escape(js_text(value))

    return part


def _if(expression: feel.Expression, inner: tuple[Part, ...]) -> Part:
    def part(scope: Mapping[str, Any], run: Run) -> str:
        if not truthy(expression(scope, run.budget, run.now)):
            return ""
        return "".join(one(scope, run) for one in inner)

    return part


_TURN = 5
"""Steps of the budget for one turn of a loop: it makes a scope of its own."""


def _loop(expression: feel.Expression, inner: tuple[Part, ...]) -> Part:
    def part(scope: Mapping[str, Any], run: Run) -> str:
        items = expression(scope, run.budget, run.now)
        if not isinstance(items, list):
            return ""
        charge_steps([scope, run.budget, run.now], _TURN * len(items))
        return "".join(one(_inside(scope, item), run) for item in items for one in inner)

    return part


def _inside(scope: Mapping[str, Any], item: Json) -> dict[str, Any]:
    special = {"this": item, "parent": scope}
    own = item if isinstance(item, Mapping) else {}
    return {**scope, **special, **own, "_this_": item, "_parent_": scope}
