"""A loaded model: the graph of inputs, decisions, business knowledge and services, and how it decides."""

from __future__ import annotations

import datetime as py
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from engine.dmn.findings import Finding
from engine.dmn.item_types import ItemTypes, function_value
from engine.dmn.scope import Scope
from feel import Budget, BudgetExceeded, FunctionValue, from_python, to_python

if TYPE_CHECKING:
    from engine.dmn.boxed import Compiler
    from engine.dmn.table import Table

Run = Callable[[Scope], Any]


@dataclass(slots=True)
class Input:
    id: str
    name: str
    type: str | None


@dataclass(slots=True)
class Decision:
    id: str
    name: str
    type: str | None
    element: etree._Element
    requires: list[str] = field(default_factory=list)
    run: Run | None = None
    table: Table | None = None  # where the decision is one decision table

    def compile(self, compiler: Compiler) -> None:
        self.run, self.table = compiler.logic(self.element, self.requires)


@dataclass(slots=True)
class BusinessKnowledge:
    id: str
    name: str
    type: str | None
    element: etree._Element
    requires: list[str] = field(default_factory=list)
    define: Callable[[Scope], FunctionValue | None] | None = None

    def compile(self, compiler: Compiler) -> None:
        self.define = compiler.knowledge(self.element, self.requires, self.type)


@dataclass(slots=True)
class DecisionService:
    id: str
    name: str
    type: str | None
    element: etree._Element
    outputs: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)


Part = Input | Decision | BusinessKnowledge | DecisionService


class Model:
    """Immutable once loaded; safe to share between threads."""

    def __init__(self, name: str, types: ItemTypes, problems: list[Finding]) -> None:
        self.name = name
        self.types = types
        self.problems = problems
        self.doubts: list[Finding] = []  # what compiles but reads names that are not in scope
        self.by_id: dict[str, Part] = {}
        self.declared: set[str] = set()
        self.inputs: dict[str, Input] = {}
        self.decisions: dict[str, Decision] = {}
        self.knowledge: dict[str, BusinessKnowledge] = {}
        self.services: dict[str, DecisionService] = {}

    def add(self, part: Part) -> None:
        """While loading: takes one element in."""
        self.by_id[part.id] = part
        self.declared.add(part.name)
        match part:
            case Input():
                self.inputs[part.id] = part
            case Decision():
                self.decisions[part.id] = part
            case BusinessKnowledge():
                self.knowledge[part.id] = part
            case DecisionService():
                self.services[part.id] = part

    def find(self, name_or_id: str) -> Decision | DecisionService | None:
        """A decision or decision service, by id, else by name."""
        part = self.by_id.get(name_or_id)
        if isinstance(part, Decision | DecisionService):
            return part
        everything: list[Decision | DecisionService] = [*self.decisions.values(), *self.services.values()]
        return next((one for one in everything if one.name == name_or_id), None)

    def type_of(self, name: str) -> str | None:
        """The type that an input or a decision of this name declares."""
        parts: list[Input | Decision] = [*self.inputs.values(), *self.decisions.values()]
        return next((part.type for part in parts if part.name == name), None)

    def requirements_of(self, part_id: str) -> list[str]:
        """Ids of what the element requires."""
        part = self.by_id[part_id]
        return part.requires if isinstance(part, Decision | BusinessKnowledge) else []

    def decide(
        self,
        name_or_id: str,
        inputs: Mapping[str, Any],
        now: py.datetime | None = None,
        budget: Budget | None = None,
    ) -> Any:
        """The value of a decision or decision service over named inputs, as Python's own types.

        Inputs are brought to their types; what does not conform, or is missing, is null. Names that the model does
        not declare are seen by every expression (tables drawn without input data read the process's names); declared
        ones only where they are required. A service with one output decision gives its value, with several a dict by
        decision name. Raises `KeyError` for a decision that the
        model has not, and `BudgetExceeded`.
        """
        part = self.find(name_or_id)
        if part is None:
            raise KeyError(name_or_id)
        declared = self.declared
        try:
            given = {name: from_python(value) for name, value in inputs.items()}
            free = {name: value for name, value in given.items() if name not in declared}
            run = _Run(self, Scope(free, budget or Budget(), now))
            value = (
                run.service(part, given) if isinstance(part, DecisionService) else run.decision(part, given)
            )
            return to_python(value)
        except RecursionError:
            raise BudgetExceeded("depth") from None


class _Run:
    """One call of `decide`: every decision is evaluated at most once."""

    def __init__(self, model: Model, scope: Scope) -> None:
        self.model = model
        self.scope = scope
        self.values: dict[str, Any] = {}

    def decision(self, decision: Decision, given: Mapping[str, Any]) -> Any:
        """The decision's value; required decisions first, without recursion, so that long chains are allowed."""
        todo = [decision.id]
        while todo:
            current = self.model.by_id[todo[-1]]
            missing = [one for one in self.model.requirements_of(current.id) if one not in self.values]
            if current.id in self.values:
                todo.pop()
            elif missing:
                todo.extend(missing)
            else:
                self.values[current.id] = self._value(current, given)
                todo.pop()
        return self.values[decision.id]

    def _value(self, part: Part, given: Mapping[str, Any]) -> Any:
        match part:
            case Input():
                return self.model.types.conform(given.get(part.name), part.type)
            case Decision():
                if part.run is None:
                    return None
                return self.model.types.conform(part.run(self._scope_of(part.requires)), part.type)
            case BusinessKnowledge():
                return None if part.define is None else part.define(self._scope_of(part.requires))
            case DecisionService():
                return self._service_function(part)

    def _scope_of(self, requires: list[str]) -> Scope:
        return self.scope.with_values({self.model.by_id[one].name: self.values[one] for one in requires})

    def service(self, service: DecisionService, given: Mapping[str, Any]) -> Any:
        """Output decisions with the input decisions' values taken as given (DMN 1.5 §10.4)."""
        inner = _Run(self.model, self.scope)
        for one in service.inputs:
            part = self.model.by_id[one]
            assert isinstance(part, Input | Decision)
            inner.values[one] = self.model.types.conform(given.get(part.name), part.type)
        results = {}
        for one in service.outputs:
            output = self.model.by_id[one]
            assert isinstance(output, Decision)
            results[output.name] = inner.decision(output, {})
        value = next(iter(results.values())) if len(results) == 1 else results
        return self.model.types.conform(value, service.type)

    def _service_function(self, service: DecisionService) -> FunctionValue:
        """A service as a function of its inputs, in their order."""
        parts = [self.model.by_id[one] for one in service.inputs]
        parameters = [(part.name, getattr(part, "type", None)) for part in parts]
        return function_value(
            parameters,
            self.model.types,
            None,
            lambda scope: self.service(service, scope.values),
            lambda: self.scope,
        )
