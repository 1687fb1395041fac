"""How the FEEL tests are written: a text beside the text of its value."""

from __future__ import annotations

import datetime as py
from typing import Any

import feel
from feel.budget import Budget
from feel.compare import equal

NOW = py.datetime(2026, 1, 5, 8, 30, tzinfo=py.UTC)


def value(text: str, **context: Any) -> Any:
    """The value of an expression, as evaluation knows it."""
    return feel.compile(text, context).raw(context, now=NOW)


def same(text: str, expected: str, **context: Any) -> bool:
    """Whether two texts have equal values of one type, exactly (null equals null)."""
    left, right = value(text, **context), value(expected, **context)
    frame = [{}, Budget(), None]
    return type(left) is type(right) and (left is right or left == right or equal(frame, left, right) is True)
