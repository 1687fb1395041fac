"""Reading names: slots, entries of filtered items, variables of the context, and paths below them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feel.budget import Frame
from feel.members import member
from feel.values import PLAIN, from_python

Run = Callable[[Frame], Any]


def slot_lookup(slot: int) -> Run:
    return lambda frame: frame[slot]


def variable_lookup(name: str, default: Any = None) -> Run:
    """A variable of the context; `default` (a built-in of its name) where the context has none."""

    def run(frame: Frame) -> Any:
        value = frame[0].get(name, default)
        return value if value.__class__ in PLAIN else from_python(value, frame)

    return run


def moment_lookup(name: str, function: Callable[[Frame], Any]) -> Run:
    """`now` or `today` without parentheses: the variable, or what the function gives where there is none."""

    def run(frame: Frame) -> Any:
        value = frame[0].get(name)
        return function(frame) if value is None else from_python(value, frame)

    return run


def chained_lookup(name: str, items: list[int], otherwise: Run) -> Run:
    if not items:
        return otherwise
    slots = tuple(items)

    def run(frame: Frame) -> Any:
        for slot in slots:
            item = frame[slot]
            if item.__class__ is dict and name in item:
                return item[name]
        return otherwise(frame)

    return run


def variable_path_lookup(name: str, names: list[str]) -> Run:
    """`dossier.applicant.age`: walks plain dicts without converting what lies beside the path."""
    if len(names) == 1:
        last = names[0]

        def run_one(frame: Frame) -> Any:
            value = frame[0].get(name)
            if value.__class__ is dict:
                value = value.get(last)
                return value if value.__class__ in PLAIN else from_python(value, frame)
            return member(frame, from_python(value, frame), last)

        return run_one

    def run(frame: Frame) -> Any:
        value = frame[0].get(name)
        for position, key in enumerate(names):
            if value.__class__ is not dict:
                value = from_python(value, frame)
                for rest in names[position:]:
                    value = member(frame, value, rest)
                return value
            value = value.get(key)
        return value if value.__class__ in PLAIN else from_python(value, frame)

    return run


def path_lookup(base: Run, names: list[str]) -> Run:
    if len(names) == 1:
        name = names[0]

        def run_one(frame: Frame) -> Any:
            value = base(frame)
            return value.get(name) if value.__class__ is dict else member(frame, value, name)

        return run_one

    def run(frame: Frame) -> Any:
        value = base(frame)
        for name in names:
            value = value.get(name) if value.__class__ is dict else member(frame, value, name)
        return value

    return run
