"""How a built-in function is declared, chosen among its overloads, and called.

`@builtin("substring", "string: string, start position: number, length?: number")` declares one overload of
`run(frame, string, start, length)`. Types are `any string number boolean list context function range date temporal`; `?` behind a name: may be left out;
`?` behind a type: may be null. Arguments are fitted as DMN 1.5 §10.3.2.9.4 says: a list of one counts as its item
where an item is wanted, an item as a list of one where a list is wanted. What does not fit makes the call null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from feel.budget import Frame, charge_size
from feel.temporal import Date, DateTime, Duration, Time, YearsMonths
from feel.values import FunctionValue, Range

Run = Callable[[Frame], Any]
_MISFIT = object()

_CLASSES: dict[str, frozenset[type]] = {
    "string": frozenset((str,)),
    "number": frozenset((int, Decimal)),
    "boolean": frozenset((bool,)),
    "context": frozenset((dict,)),
    "function": frozenset((FunctionValue,)),
    "range": frozenset((Range,)),
    "date": frozenset((Date, DateTime)),
    "time": frozenset((Time,)),
    "duration": frozenset((Duration, YearsMonths)),
    "moment": frozenset((Date, DateTime, Time)),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    optional: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Overload:
    parameters: tuple[Parameter, ...]
    variadic: bool
    run: Callable[..., Any]

    def takes(self, count: int) -> bool:
        required = sum(not parameter.optional for parameter in self.parameters)
        return required <= count and (self.variadic or count <= len(self.parameters))

    def order(self, names: tuple[str, ...]) -> list[int] | None:
        """For every parameter the position of its argument, -1 if it is left out (a nullable one is then null);
        None if the names do not fit."""
        if len(set(names)) != len(names) or not set(names) <= {
            parameter.name for parameter in self.parameters
        }:
            return None
        order = [names.index(p.name) if p.name in names else -1 for p in self.parameters]
        needed = (at for at, p in zip(order, self.parameters, strict=True) if not (p.optional or p.nullable))
        return None if -1 in needed else order


FUNCTIONS: dict[str, list[Overload]] = {}


def builtin(name: str, signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register one overload; a signature that ends in `...` takes its last parameter any number of times."""
    variadic = signature.endswith("...")
    parameters = tuple(_parameter(part) for part in signature.removesuffix("...").split(",") if part.strip())

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.setdefault(name, []).append(Overload(parameters, variadic, run))
        return run

    return register


def call_builtin(
    name: str, arguments: Sequence[Run], names: tuple[str, ...] | None
) -> tuple[Run, tuple[str, str] | None]:
    """The compiled call, and a complaint (vi, en) if no overload takes these arguments: then it is always null."""
    if names is None:
        fitting = [(overload, None) for overload in FUNCTIONS[name] if overload.takes(len(arguments))]
    else:
        orders = [(overload, overload.order(names)) for overload in FUNCTIONS[name]]
        fitting = [(overload, order) for overload, order in orders if order is not None]  # type: ignore[misc]
    if not fitting:
        return (lambda frame: None), (
            f"Hàm “{name}” không nhận các tham số này.",
            f"The function “{name}” does not take these arguments.",
        )
    overloads = [(overload, order) for overload, order in fitting]
    if len(overloads) == 1 and names is None and not overloads[0][0].variadic:
        return _call_one(overloads[0][0], list(arguments)), None

    def run(frame: Frame) -> Any:
        values = [argument(frame) for argument in arguments]
        for overload, order in overloads:
            given = values if order is None else _ordered(overload, order, values)
            fitted = _fit(overload, given)
            if fitted is not None:
                return _sized(frame, overload.run(frame, *fitted))
        return None

    return run, None


def _call_one(overload: Overload, arguments: list[Run]) -> Run:
    """The common case without loops over overloads."""
    run_builtin, kinds = (
        overload.run,
        [(None if p.type == "any" else _CLASSES.get(p.type, frozenset()), p) for p in overload.parameters],
    )
    plan = list(zip(arguments, kinds, strict=False))

    def run(frame: Frame) -> Any:
        fitted = []
        for argument, (classes, parameter) in plan:
            value = argument(frame)
            if classes is not None and value.__class__ not in classes:
                value = _fitted(parameter, value)
                if value is _MISFIT:
                    return None
            fitted.append(value)
        return _sized(frame, run_builtin(frame, *fitted))

    return run


def function_value(name: str) -> FunctionValue:
    """The built-in as a value, for `sort(list, precedes: before)`."""
    overloads = FUNCTIONS[name]

    def call(frame: Frame, values: Sequence[Any]) -> Any:
        for overload in overloads:
            fitted = _fit(overload, list(values)) if overload.takes(len(values)) else None
            if fitted is not None:
                return _sized(frame, overload.run(frame, *fitted))
        return None

    return FunctionValue(tuple(p.name for p in overloads[0].parameters), call, variadic=True)


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(":")
    name, kind = name.strip(), kind.strip()
    return Parameter(name.removesuffix("?"), kind.removesuffix("?"), name.endswith("?"), kind.endswith("?"))


def _ordered(overload: Overload, order: list[int], values: list[Any]) -> list[Any]:
    """Arguments by position; a gap becomes null, optional ones left out at the end stay out."""
    while order and order[-1] < 0 and overload.parameters[len(order) - 1].optional:
        order = order[:-1]
    return [values[at] if at >= 0 else None for at in order]


def _fit(overload: Overload, values: list[Any]) -> list[Any] | None:
    parameters = overload.parameters
    fitted = []
    for position, value in enumerate(values):
        parameter = parameters[position] if position < len(parameters) else parameters[-1]
        value = _fitted(parameter, value)
        if value is _MISFIT:
            return None
        fitted.append(value)
    return fitted


def _fitted(parameter: Parameter, value: Any) -> Any:
    kind = parameter.type
    if kind == "any":
        return value
    if value is None:
        return None if parameter.nullable else _MISFIT
    if kind == "list":
        return value if value.__class__ is list else [value]
    classes = _CLASSES[kind]
    if value.__class__ in classes:
        return value
    if value.__class__ is list and len(value) == 1 and value[0].__class__ in classes:
        return value[0]
    return _MISFIT


def _sized(frame: Frame, value: Any) -> Any:
    if (value.__class__ is list or value.__class__ is str) and len(value) > 64:
        charge_size(frame, len(value))
    return value
