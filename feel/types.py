"""FEEL types as predicates, for `instance of`, typed parameters and DMN item definitions (DMN 1.5 §10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from feel.syntax import TypeNode
from feel.temporal import Date, DateTime, Duration, Time, YearsMonths
from feel.values import FunctionValue, Range

TypeTest = Callable[[Any], bool]

_NUMBER = (int, Decimal)


def _one_of(*classes: type) -> TypeTest:
    return lambda value: value.__class__ in classes


SIMPLE: dict[str, TypeTest] = {
    "Any": lambda value: value is not None,
    "Null": lambda value: value is None,
    "number": _one_of(int, Decimal),
    "string": _one_of(str),
    "boolean": _one_of(bool),
    "date": _one_of(Date),
    "time": _one_of(Time),
    "date and time": _one_of(DateTime),
    "dateTime": _one_of(DateTime),
    "days and time duration": _one_of(Duration),
    "dayTimeDuration": _one_of(Duration),
    "years and months duration": _one_of(YearsMonths),
    "yearMonthDuration": _one_of(YearsMonths),
    "duration": _one_of(Duration, YearsMonths),
    "list": _one_of(list),
    "context": _one_of(dict),
    "function": _one_of(FunctionValue),
    "range": _one_of(Range),
}


def compile_type(node: TypeNode, named: Mapping[str, TypeTest]) -> TypeTest | None:
    """The predicate of a written type; `named` are item definitions. None if a name in it is unknown."""
    if node.name == "list" and node.arguments:
        element = compile_type(node.arguments[0], named)
        return None if element is None else _list_of(element)
    if node.name == "range" and node.arguments:
        element = compile_type(node.arguments[0], named)
        return None if element is None else _range_of(element)
    if node.name == "context" and node.members:
        members = {name: compile_type(kind, named) for name, kind in node.members}
        known = {name: kind for name, kind in members.items() if kind is not None}
        return _context_of(known) if len(known) == len(members) else None
    if node.name == "function" and node.arguments:
        arity = len(node.arguments) - 1
        return lambda value: (
            value.__class__ is FunctionValue and (value.variadic or len(value.parameters) == arity)
        )
    if node.name in named:
        test = named[node.name]
        return lambda value: value is not None and test(value)
    return SIMPLE.get(node.name)


def _or_null(test: TypeTest) -> TypeTest:
    return lambda value: value is None or test(value)


def _list_of(element: TypeTest) -> TypeTest:
    fits = _or_null(element)
    return lambda value: value.__class__ is list and all(fits(item) for item in value)


def _range_of(element: TypeTest) -> TypeTest:
    fits = _or_null(element)
    return lambda value: value.__class__ is Range and fits(value.start) and fits(value.end)


def _context_of(members: Mapping[str, TypeTest]) -> TypeTest:
    fits = {name: _or_null(test) for name, test in members.items()}
    return lambda value: (
        value.__class__ is dict and all(name in value and test(value[name]) for name, test in fits.items())
    )
