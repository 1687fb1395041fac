"""What a supplement request asks for, item by item, so that each can be ticked when it is answered.

The officer writes one item a line (the counter's remarks on single papers are such lines). A line that names a paper of the
procedure belongs to that paper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.definition import Component, Definition
from store.folding import fold

BULLET = re.compile(r"^\s*(?:[-–•*+]|\d{1,2}[.)])\s*")


@dataclass(frozen=True)
class Item:
    number: int  # from 1
    text: str
    component: Component | None = None  # the paper that it asks for


def items(definition: Definition, request: Mapping[str, object]) -> list[Item]:
    """The items of a request as the officer's e-form holds it."""
    found: list[Item] = []
    for line in _lines(definition, request):
        found.append(Item(len(found) + 1, line, _named(definition, line)))
    return found


def _lines(definition: Definition, request: Mapping[str, object]) -> list[str]:
    """Every line of every text area, bullets and numbers taken off."""
    areas = {
        str(one.path[0])
        for e_form in definition.forms.values()
        for one in e_form.keyed()
        if one.type == "textarea" and len(one.path) == 1
    }
    texts = [value for key, value in request.items() if key in areas and isinstance(value, str)]
    lines = [BULLET.sub("", line).strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if line]


def _named(definition: Definition, line: str) -> Component | None:
    """The paper whose name the line says, the longest first; else the one whose name begins as the words before a colon.

    Forms are answered in the form.
    """
    papers = [part for part in definition.components if part.form is None]
    said = fold(line)
    named = [part for part in papers if fold(part.name) in said]
    if named:
        return max(named, key=lambda part: len(part.name))
    head, colon, _ = line.partition(":")
    begun = [
        part for part in papers if colon and head.strip() and fold(part.name).startswith(fold(head.strip()))
    ]
    return begun[0] if len(begun) == 1 else None
