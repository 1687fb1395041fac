"""Unary tests that only name constants, as ranges: for the index and the analysis of decision tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from feel import syntax as s
from feel.arithmetic import negate
from feel.temporal_text import parse_any
from feel.values import Range

from .builtins.conversion import date, date_and_time, duration, time


@dataclass(frozen=True, slots=True)
class ConstantTests:
    """The ranges one cell accepts; a single value is the range from it to itself, `-` has none and is negated."""

    ranges: tuple[Range, ...]
    negated: bool


def constant_tests(tree: s.Node) -> ConstantTests | None:
    """None where the cell reads variables, `?`, or anything else that only a run can tell."""
    if isinstance(tree, s.AnyTest):
        return ConstantTests((), True)
    if not isinstance(tree, s.TestList):
        return None
    ranges = [constant_range(test) for test in tree.tests]
    known = tuple(one for one in ranges if one is not None)
    return ConstantTests(known, tree.negated) if len(known) == len(ranges) else None


def constant_range(node: s.Node) -> Range | None:
    """The range one constant test accepts, or None."""
    if isinstance(node, s.Test):
        value = _value(node.operand)
        if value is None or isinstance(value, bool) or node.operator == "!=":
            return None
        if node.operator == "=":
            return Range(value, value, True, True)
        if node.operator[0] == "<":
            return Range(None, value, False, node.operator == "<=")
        return Range(value, None, node.operator == ">=", False)
    if isinstance(node, s.RangeLiteral):
        start, end = _value(node.start), _value(node.end)
        if start is None or end is None or start.__class__ is bool:
            return None
        return Range(start, end, node.start_included, node.end_included)
    value = _value(node)
    return None if value is None else Range(value, value, True, True)


_MAKERS = {"date": date, "date and time": date_and_time, "time": time, "duration": duration}


def _value(node: s.Node) -> Any:
    """The value of a literal, or None."""
    if isinstance(node, s.Literal):
        return node.value
    if isinstance(node, s.AtLiteral):
        return parse_any(node.text)
    if isinstance(node, s.Negate):
        return negate(_value(node.operand))
    if isinstance(node, s.Call) and isinstance(node.function, s.Name) and len(node.arguments) == 1:
        maker, text = _MAKERS.get(node.function.name), node.arguments[0]
        if maker and isinstance(text, s.Literal) and not isinstance(text.value, int | Decimal | None):
            return maker([None, None, None], text.value)
    return None
