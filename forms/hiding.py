"""Which fields decide about which: hide conditions and computed values must not go round in a circle.

form-js shows such forms, but what they show depends on the order of drawing: refused at publication.
"""

from __future__ import annotations

from collections.abc import Iterator

import feel
from forms.conditions import Condition
from forms.fields import Field
from forms.problem import Problem


def cycle_problems(fields: tuple[Field, ...]) -> Iterator[Problem]:
    """One problem for each circle of fields that hide or compute each other."""
    inputs = list(_deciders(fields, (), ()))
    index = _index(inputs)
    edges = {field.id: _needs(expressions, lists, index) for field, expressions, lists in inputs}
    names = {field.id: field for field, _, _ in inputs}
    for circle in _circles(edges):
        words = " → ".join(names[field_id].name for field_id in (*circle, circle[0]))
        yield Problem(
            names[circle[0]].name,
            "form.cycle",
            f"Các trường quyết định lẫn nhau theo vòng tròn: {words}.",
            f"Expected no circle but these fields decide about each other: {words}.",
        )


_Reader = feel.Expression | Condition
_Decider = tuple[Field, tuple[_Reader, ...], tuple[tuple[str, ...], ...]]


def _deciders(
    fields: tuple[Field, ...], around: tuple[_Reader, ...], lists: tuple[tuple[str, ...], ...]
) -> Iterator[_Decider]:
    """Each input with the expressions that decide about it: its own and the hide conditions around it."""
    for field in fields:
        hides = (*around, field.hide) if field.hide is not None else around
        if field.keyed:
            yield field, (*hides, field.expression) if field.expression is not None else hides, lists
        yield from _deciders(field.children, hides, (*lists, field.path) if field.repeats else lists)


_Index = tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], list[str]]]


def _index(inputs: list[_Decider]) -> _Index:
    """Inputs by their path, and by every path above them."""
    at: dict[tuple[str, ...], str] = {}
    below: dict[tuple[str, ...], list[str]] = {}
    for field, _, _ in inputs:
        at[field.path] = field.id
        for length in range(1, len(field.path) + 1):
            below.setdefault(field.path[:length], []).append(field.id)
    return at, below


def _needs(expressions: tuple[_Reader, ...], lists: tuple[tuple[str, ...], ...], index: _Index) -> list[str]:
    at, below = index
    needs: dict[str, None] = {}
    for path in {path for expression in expressions for path in _absolute(expression, lists)}:
        needs.update(dict.fromkeys(below.get(path, ())))
        needs.update((at[path[:length]], None) for length in range(1, len(path)) if path[:length] in at)
    return list(needs)


def _absolute(expression: _Reader, lists: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, ...]]:
    for path in expression.paths:
        steps = path
        level = len(lists)
        while steps and steps[0] in ("this", "_this_", "parent", "_parent_"):
            level -= steps[0] in ("parent", "_parent_")
            steps = steps[1:]
            base = lists[level - 1] if 0 < level <= len(lists) else ()
            if steps and steps[0] not in ("this", "_this_", "parent", "_parent_"):
                steps = (*base, *steps)
                break
        if steps:
            yield steps


def _circles(edges: dict[str, list[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle met by a depth-first walk (without recursion: a form may chain 2,000 fields)."""
    done: set[str] = set()
    for start in edges:
        trail: list[str] = []
        on_trail: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                trail.pop()
                on_trail.discard(node)
                done.add(node)
                continue
            if node in on_trail:
                yield tuple(trail[trail.index(node) :])
                continue
            if node in done:
                continue
            trail.append(node)
            on_trail.add(node)
            stack.append((node, True))
            stack.extend((following, False) for following in edges[node])
