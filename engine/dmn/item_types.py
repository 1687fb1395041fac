"""Item definitions (DMN 1.5 §7.3.2): what a value of the type may be, and how a value is brought to it.

A value that does not conform becomes null (§10.3.2.9.4). A list of one counts as its item, an item as a list of one,
a date as its midnight in UTC where a date and time is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.dmn.scope import Scope
from feel import UnaryTests
from feel.temporal import Date, DateTime, Time
from feel.types import SIMPLE
from feel.values import FunctionValue

MISFIT = object()  # what `fit` answers instead of a value: null would be a value

_MAX_DEPTH = 40


@dataclass(slots=True)
class ItemType:
    """One item definition. `base` is a FEEL type's test; `reference` another item definition's name."""

    name: str
    base: Callable[[Any], bool] | None = None
    base_name: str = ""
    reference: str | None = None
    components: dict[str, ItemType] = field(default_factory=dict)
    collection: bool = False
    allowed: UnaryTests | None = None  # of every single value
    constraint: UnaryTests | None = None  # of the value as a whole


class ItemTypes:
    """All item definitions of one model, by name."""

    def __init__(self) -> None:
        self.named: dict[str, ItemType] = {}

    def get(self, reference: str | None) -> ItemType | None:
        """The type of a typeRef such as `string`, `feel:string` or `tApplicant`; None for untyped or unknown."""
        if not reference:
            return None
        if reference in self.named:
            return self.named[reference]
        local = reference.rpartition(":")[2].strip()
        if local in self.named:
            return self.named[local]
        if local == "Any" or local not in SIMPLE:
            return None
        return ItemType(local, SIMPLE[local], local)

    def allowed(self, reference: str | None) -> UnaryTests | None:
        """The allowed values of a type that is no collection, its own or those of the type it names."""
        for _ in range(_MAX_DEPTH):
            item = self.get(reference)
            if item is None or item.collection:
                return None
            if item.allowed is not None or item.reference is None:
                return item.allowed
            reference = item.reference
        return None

    def knows(self, reference: str | None) -> bool:
        """Whether a typeRef names anything at all."""
        local = (reference or "Any").rpartition(":")[2].strip()
        return reference in self.named or local in self.named or local in SIMPLE or not local

    def predicates(self) -> Mapping[str, Callable[[Any], bool]]:
        """The types as FEEL sees them after `instance of`: structure only, without conversion or allowed values."""
        return {name: self._instance_of(item) for name, item in self.named.items()}

    def conform(self, value: Any, reference: str | None) -> Any:
        """The value as the type wants it, or null."""
        item = self.get(reference)
        if item is None or value is None:
            return value
        fitted = self.fit(value, item, convert=True)
        return None if fitted is MISFIT else fitted

    def fit(self, value: Any, item: ItemType, convert: bool, depth: int = 0) -> Any:
        """The value brought to the type, or `MISFIT`. Null fits every type."""
        if depth > _MAX_DEPTH:
            return MISFIT
        if value is None:
            return None
        if item.collection:
            return self._fit_list(value, item, convert, depth)
        return self._fit_one(value, item, convert, depth)

    def _fit_list(self, value: Any, item: ItemType, convert: bool, depth: int) -> Any:
        if value.__class__ is not list:
            if not convert:
                return MISFIT
            value = [value]
        fitted = [None if one is None else self._fit_one(one, item, convert, depth) for one in value]
        if any(one is MISFIT for one in fitted):
            return MISFIT
        if convert and item.constraint is not None and not item.constraint(fitted, {}):
            return MISFIT
        return fitted

    def _fit_one(self, value: Any, item: ItemType, convert: bool, depth: int) -> Any:
        if item.components:
            value = self._fit_components(value, item, convert, depth)
        elif item.reference is not None:
            target = self.get(item.reference)
            value = value if target is None else self.fit(value, target, convert, depth + 1)
        elif item.base is not None:
            value = _fit_base(value, item, convert)
        if value is MISFIT:
            return MISFIT
        if convert and item.allowed is not None and not item.allowed(value, {}):
            return MISFIT
        if convert and item.constraint is not None and not item.collection and not item.constraint(value, {}):
            return MISFIT
        return value

    def _fit_components(self, value: Any, item: ItemType, convert: bool, depth: int) -> Any:
        if value.__class__ is list and len(value) == 1 and convert:
            value = value[0]
        if value.__class__ is not dict:
            return MISFIT
        fitted = dict(value)
        for name, component in item.components.items():
            if name not in value:
                return MISFIT
            part = self.fit(value[name], component, convert, depth + 1)
            if part is MISFIT:
                return MISFIT
            fitted[name] = part
        return fitted

    def _instance_of(self, item: ItemType) -> Callable[[Any], bool]:
        return lambda value: self.fit(value, item, convert=False) is not MISFIT


def _fit_base(value: Any, item: ItemType, convert: bool) -> Any:
    assert item.base is not None
    if item.base(value):
        return value
    if not convert:
        return MISFIT
    if value.__class__ is list and len(value) == 1 and item.base(value[0]):
        return value[0]
    if item.base_name in ("date and time", "dateTime") and value.__class__ is Date:
        return DateTime(value, Time(0, 0))
    return [value] if item.base_name == "list" else MISFIT


def function_value(
    parameters: list[tuple[str, str | None]],
    types: ItemTypes,
    result: str | None,
    body: Callable[[Scope], Any],
    outer: Callable[[], Scope],
) -> FunctionValue:
    """A function whose parameters and result are typed; an argument that does not conform makes the call null."""
    names = tuple(name for name, _ in parameters)

    def call(frame: list[Any], arguments: Any) -> Any:
        values: dict[str, Any] = {}
        for (name, reference), argument in zip(parameters, arguments, strict=True):
            values[name] = types.conform(argument, reference)
            if values[name] is None and argument is not None:
                return None
        scope = outer().with_values(values)
        return types.conform(body(Scope(scope.values, frame[1], frame[2])), result)

    return FunctionValue(names, call)
