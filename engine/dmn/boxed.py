"""Boxed expressions (DMN 1.5 §10.2) to closures over a `Scope`: one method for each kind of box."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lxml import etree

from engine.dmn.findings import Finding
from engine.dmn.item_types import ItemTypes, function_value
from engine.dmn.model import Model, Run
from engine.dmn.scope import Scope
from engine.dmn.table import Table, table_of
from engine.dmn.xml import child, children, id_at, local_name, text_in
from feel import (
    BudgetExceeded,
    Expression,
    FeelError,
    FunctionValue,
    Range,
    UnaryTests,
    compile,
    compile_unary,
)
from feel.budget import charge_steps
from feel.calls import in_order, invoke

_BOXES = (
    "literalExpression", "decisionTable", "context", "invocation", "functionDefinition", "list", "relation",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip


def null(scope: Scope) -> None:
    """What a missing or broken expression gives."""


class Compiler:
    """Compiles the boxes of one model; what does not compile becomes a problem, and null when it runs."""

    def __init__(self, model: Model, problems: list[Finding]) -> None:
        self.model = model
        self.problems = problems
        self.members = _member_names(model.types)
        self.predicates = model.types.predicates()

    @property
    def types(self) -> ItemTypes:
        return self.model.types

    def logic(self, element: etree._Element, requires: Sequence[str]) -> tuple[Run | None, Table | None]:
        """The expression of a decision, and its table if it is one; (None, None) without decision logic."""
        names = frozenset(self.model.by_id[one].name for one in requires)
        box = self._box_in(element)
        if box is None:
            return None, None
        if local_name(box) == "decisionTable":
            table = table_of(self, box, names)
            return table.decide, table
        return self.box(box, names), None

    def knowledge(
        self, element: etree._Element, requires: Sequence[str], result: str | None
    ) -> Callable[[Scope], FunctionValue | None]:
        """A business knowledge model: its encapsulated logic is a function definition."""
        names = frozenset(self.model.by_id[one].name for one in requires)
        own = element.get("name", "")
        logic = next((one for one in element if local_name(one) == "encapsulatedLogic"), None)
        if logic is None:
            return lambda scope: None
        return self._function(logic, names, result, own)

    # -- boxes ----------------------------------------------------------------------------------------------

    def box(self, element: etree._Element | None, names: frozenset[str]) -> Run:
        """Any boxed expression, brought to its typeRef."""
        if element is None:
            return null
        run = self._run_of(element, names)
        reference = element.get("typeRef")
        if not reference or reference.rpartition(":")[2] == "Any":
            return run
        if not self.types.knows(reference):
            self.problem(
                element,
                "dmn.unknown_type",
                f"Không có kiểu “{reference}”.",
                f"There is no type “{reference}”.",
            )
            return run
        types = self.types
        return lambda scope: types.conform(run(scope), reference)

    def _run_of(self, element: etree._Element, names: frozenset[str]) -> Run:
        match local_name(element):
            case "literalExpression":
                return self._literal(element, names)
            case "decisionTable":
                return table_of(self, element, names).decide
            case "context":
                return self._context(element, names)
            case "invocation":
                return self._invocation(element, names)
            case "functionDefinition":
                return self._function(element, names, None, "")
            case "list":
                return self._list(element, names)
            case "relation":
                return self._relation(element, names)
            case "conditional":
                return self._conditional(element, names)
            case "filter":
                return self._filter(element, names)
            case "for" | "some" | "every":
                return self._iterator(element, names)
        return null

    def _literal(self, element: etree._Element, names: frozenset[str]) -> Run:
        language = element.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
            self.problem(
                element, "dmn.language", f"Ngôn ngữ “{language}” không được dùng; chỉ dùng FEEL.",
                f"Expected FEEL but found “{language}”.",
            )  # fmt: skip
            return null
        text = text_in(element)
        if not text:
            return null
        expression = self.feel(text, element, names)
        return null if expression is None else run_of(expression)

    def _context(self, element: etree._Element, names: frozenset[str]) -> Run:
        """Entries see those above them; an entry without a variable is the result (§10.2.1.4)."""
        entries: list[tuple[str | None, Run]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            box = self._box_in(entry)
            if variable is None:
                entries.append((None, self.box(box, names)))
                continue
            name, reference = variable.get("name", ""), variable.get("typeRef")
            names = names | {name}
            entries.append((name, self._typed(self.box(box, names), reference)))

        def run(scope: Scope) -> Any:
            values = dict(scope.values)
            result: dict[str, Any] = {}
            inner = Scope(values, scope.budget, scope.now)
            for name, value in entries:
                if name is None:
                    return value(inner)
                result[name] = values[name] = value(inner)
            return result

        return run

    def _typed(self, run: Run, reference: str | None) -> Run:
        types = self.types
        return run if not reference else lambda scope: types.conform(run(scope), reference)

    def _invocation(self, element: etree._Element, names: frozenset[str]) -> Run:
        function = self.box(self._box_in(element), names)
        bindings: list[tuple[str, Run]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = "" if parameter is None else parameter.get("name", "")
            bindings.append((name, self.box(self._box_in(binding), names)))

        def run(scope: Scope) -> Any:
            target = function(scope)
            if not isinstance(target, FunctionValue):
                return None
            values = [value(scope) for _, value in bindings]
            arguments = in_order(target, tuple(name for name, _ in bindings), values)
            return None if arguments is None else invoke(_frame(scope), target, arguments)

        return run

    def _function(
        self, element: etree._Element, names: frozenset[str], result: str | None, own: str
    ) -> Callable[[Scope], FunctionValue | None]:
        """A function definition; `own` is its name, so that it may call itself."""
        if element.get("kind", "FEEL") != "FEEL":
            self.problem(
                element, "dmn.external_function", "Không được gọi hàm ngoài (Java, PMML) trong mô hình DMN.",
                f"Expected a FEEL function but found kind “{element.get('kind')}”, which is refused.",
            )  # fmt: skip
            return null
        parameters = [
            (one.get("name", ""), one.get("typeRef")) for one in children(element, "formalParameter")
        ]
        body = self.box(
            self._box_in(element), names | {name for name, _ in parameters} | ({own} if own else set())
        )
        types = self.types

        def define(scope: Scope) -> FunctionValue:
            function = function_value(parameters, types, result, body, lambda: outer)
            outer = scope.with_values({own: function}) if own else scope
            return function

        return define

    def _list(self, element: etree._Element, names: frozenset[str]) -> Run:
        items = [self.box(one, names) for one in element if local_name(one) in _BOXES]
        return lambda scope: [item(scope) for item in items]

    def _relation(self, element: etree._Element, names: frozenset[str]) -> Run:
        columns = [(one.get("name", ""), one.get("typeRef")) for one in children(element, "column")]
        rows = [
            [
                self._typed(self.box(cell, names), reference)
                for cell, (_, reference) in zip(_cells(row), columns, strict=False)
            ]
            for row in children(element, "row")
        ]
        keys = [name for name, _ in columns]
        return lambda scope: [dict(zip(keys, (cell(scope) for cell in row), strict=False)) for row in rows]

    def _conditional(self, element: etree._Element, names: frozenset[str]) -> Run:
        condition, then, otherwise = (self._part(element, part, names) for part in ("if", "then", "else"))

        def run(scope: Scope) -> Any:
            verdict = condition(scope)
            if verdict is not None and verdict.__class__ is not bool:
                return None
            return then(scope) if verdict else otherwise(scope)

        return run

    def _filter(self, element: etree._Element, names: frozenset[str]) -> Run:
        source = self._part(element, "in", names)
        entries = frozenset(self.members)
        match = self._part(element, "match", names | {"item"} | entries)

        def run(scope: Scope) -> Any:
            value = source(scope)
            if value is None:
                return None
            items = value if isinstance(value, list) else [value]
            kept = []
            for item in items:
                charge_steps(_frame(scope))
                own = item if isinstance(item, dict) else {}
                verdict = match(scope.with_values({"item": item, **own}))
                if verdict.__class__ is not bool:
                    return None
                if verdict:
                    kept.append(item)
            return kept

        return run

    def _iterator(self, element: etree._Element, names: frozenset[str]) -> Run:
        variable = element.get("iteratorVariable", "")
        source = self._part(element, "in", names)
        kind = local_name(element)
        body = self._part(element, "return" if kind == "for" else "satisfies", names | {variable, "partial"})
        combine = _COMBINE[kind]

        def run(scope: Scope) -> Any:
            items = _as_list(source(scope))
            if items is None:
                return None
            results: list[Any] = []
            for item in items:
                charge_steps(_frame(scope))
                results.append(body(scope.with_values({variable: item, "partial": results})))
            return combine(results)

        return run

    # -- small parts ----------------------------------------------------------------------------------------

    def _part(self, element: etree._Element, name: str, names: frozenset[str]) -> Run:
        """A child such as `if` or `satisfies`, which holds one expression."""
        part = child(element, name)
        return null if part is None else self.box(self._box_in(part), names)

    def _box_in(self, element: etree._Element) -> etree._Element | None:
        return next((one for one in element if local_name(one) in _BOXES), None)

    def feel(self, text: str, element: etree._Element, names: frozenset[str]) -> Expression | None:
        """A compiled expression, or None with a problem."""
        try:
            expression = compile(text, names, self.members, self.predicates)
        except FeelError as error:
            self.problem(element, error.code, error.sentence_vi, error.sentence_en)
            return None
        self.doubt(expression, element, names)
        return expression

    def tests(self, text: str, element: etree._Element, names: frozenset[str]) -> UnaryTests | None:
        """Compiled unary tests, or None with a problem."""
        try:
            tests = compile_unary(text, names, self.members, self.predicates)
        except FeelError as error:
            self.problem(element, error.code, error.sentence_vi, error.sentence_en)
            return None
        self.doubt(tests, element, names)
        return tests

    def doubt(
        self, compiled: Expression | UnaryTests, element: etree._Element, names: frozenset[str]
    ) -> None:
        """Names that are not in scope, and calls that can only give null: findings of the gate, no problems."""
        for problem in compiled.problems(dict.fromkeys(names)):
            self.model.doubts.append(
                self._finding(element, problem.code, problem.sentence_vi, problem.sentence_en, "warning")
            )

    def problem(self, element: etree._Element, code: str, vi: str, en: str) -> None:
        self.problems.append(self._finding(element, code, vi, en, "error"))

    def _finding(self, element: etree._Element, code: str, vi: str, en: str, severity: str) -> Finding:
        """A finding at the element; one inside of a table's rule names the rule, too."""
        rule = next(element.iterancestors("{*}rule"), None)
        if rule is not None and rule.get("id"):
            vi, en = f"Luật {rule.get('id')}: {vi}", f"Rule {rule.get('id')}: {en}"
        return Finding(id_at(element), code, vi, en, severity)


def run_of(expression: Expression) -> Run:
    """An expression as a closure over a scope."""
    return lambda scope: expression.raw(scope.values, scope.budget, scope.now)


def _frame(scope: Scope) -> list[Any]:
    return [scope.values, scope.budget, scope.now]


def _as_list(value: Any) -> list[Any] | None:
    """What a boxed loop goes through: a list, or a range of whole numbers; null for anything else."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        low, high = value.start, value.end
        if low.__class__ is not int or high.__class__ is not int or abs(high - low) > 1_000_000:
            if low.__class__ is int and high.__class__ is int:
                raise BudgetExceeded("steps")
            return None
        return list(range(low + (not value.start_included), high + value.end_included))
    return None


def _some(results: list[Any]) -> bool | None:
    """Null where one answer is no boolean."""
    return any(results) if all(one.__class__ is bool for one in results) else None


def _every(results: list[Any]) -> bool | None:
    return all(results) if all(one.__class__ is bool for one in results) else None


def _all(results: list[Any]) -> list[Any]:
    return results


_COMBINE: dict[str, Callable[[list[Any]], Any]] = {"for": _all, "some": _some, "every": _every}


def _member_names(types: ItemTypes) -> frozenset[str]:
    """Names of components, which FEEL must know where they hold spaces or symbols."""
    names: set[str] = set()
    stack = list(types.named.values())
    while stack:
        item = stack.pop()
        names.update(item.components)
        stack.extend(item.components.values())
    return frozenset(names)


def _cells(row: etree._Element) -> Iterable[etree._Element]:
    return [one for one in row if local_name(one) in _BOXES]
