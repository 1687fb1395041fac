"""Calling function values: functions defined in FEEL, functions of the context, ranges used as tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from feel.budget import Frame, budget_of, charge_steps
from feel.compare import in_range
from feel.errors import BudgetExceeded
from feel.values import FunctionValue, Range

Run = Callable[[Frame], Any]


def call(function: Run, arguments: Sequence[Run], names: tuple[str, ...] | None) -> Run:
    """An invocation whose function is only known at run time; anything not callable gives null."""

    def run(frame: Frame) -> Any:
        target = function(frame)
        if target.__class__ is FunctionValue:
            values = [argument(frame) for argument in arguments]
            if names is not None:
                ordered = in_order(target, names, values)
                return None if ordered is None else invoke(frame, target, ordered)
            return invoke(frame, target, values)
        if target.__class__ is Range and len(arguments) == 1:
            return in_range(frame, arguments[0](frame), target)
        return None

    return run


def invoke(frame: Frame, function: FunctionValue, values: Sequence[Any]) -> Any:
    """Run a function value; the wrong number of arguments gives null. Charges one step and one level of depth."""
    if not function.variadic and len(values) != len(function.parameters):
        return None
    charge_steps(frame, 2)
    budget = budget_of(frame)
    budget.depth -= 1
    if budget.depth < 0:
        raise BudgetExceeded("depth")
    try:
        return function.call(frame, values)
    finally:
        budget.depth += 1


def in_order(function: FunctionValue, names: tuple[str, ...], values: list[Any]) -> list[Any] | None:
    """Named arguments in the order of the parameters; None if a name is unknown or missing."""
    given = dict(zip(names, values, strict=True))
    if len(given) != len(names) or set(given) != set(function.parameters):
        return None
    return [given[name] for name in function.parameters]


def parameters_of(
    names: tuple[str, ...], types: Sequence[Callable[[Any], bool] | None], slots: list[int], body: Run
) -> Run:
    """A function definition: captures the frame where it is defined, binds its arguments in a copy of it."""
    typed = [(position, kind) for position, kind in enumerate(types) if kind is not None]

    def define(frame: Frame) -> FunctionValue:
        budget_of(frame)
        captured = frame.copy()

        def run(caller: Frame, values: Sequence[Any]) -> Any:
            for position, kind in typed:
                if values[position] is not None and not kind(values[position]):
                    return None
            inner = captured.copy()
            inner[1] = caller[1]
            for slot, value in zip(slots, values, strict=True):
                inner[slot] = value
            return body(inner)

        return FunctionValue(names, run, captured)

    return define
