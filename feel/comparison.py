"""Comparison operators as closures that answer numbers (and constants of text) at once."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from feel.budget import Frame
from feel.compare import compare, single

Run = Callable[[Frame], Any]
Compare = Callable[[Frame, str, Any, Any], bool | None]


def comparison(operator: str, left: Run, right: Run, constant: Any, compare: Compare = compare) -> Run:
    """The operator on two numbers or two strings at once; everything else in `compare`."""
    if constant.__class__ in (int, Decimal, str):
        return _FAST_CONSTANT[operator](operator, left, constant, compare)
    return _FAST[operator](operator, left, right, compare)


def _make_constant(python_operator: Callable[[Any, Any], bool]) -> Callable[[str, Run, Any, Compare], Run]:
    def make(operator: str, left: Run, constant: Any, compare: Compare) -> Run:
        kinds = (str, str) if constant.__class__ is str else (int, Decimal)
        one, other = kinds

        def run(frame: Frame) -> bool | None:
            value = left(frame)
            kind = value.__class__
            if kind is one or kind is other:
                return python_operator(value, constant)
            return compare(frame, operator, single(value), constant)

        return run

    return make


def _make(python_operator: Callable[[Any, Any], bool]) -> Callable[[str, Run, Run, Compare], Run]:
    def make(operator: str, left: Run, right: Run, compare: Compare) -> Run:
        def run(frame: Frame) -> bool | None:
            one, other = left(frame), right(frame)
            kind = one.__class__
            if kind is int or kind is Decimal:
                kind = other.__class__
                if kind is int or kind is Decimal:
                    return python_operator(one, other)
            if (one.__class__ is list) is not (other.__class__ is list):
                one, other = single(one), single(other)
            return compare(frame, operator, one, other)

        return run

    return make


_OPERATORS = {
    "=": python.eq,
    "!=": python.ne,
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}
_FAST_CONSTANT = {sign: _make_constant(function) for sign, function in _OPERATORS.items()}
_FAST = {sign: _make(function) for sign, function in _OPERATORS.items()}
