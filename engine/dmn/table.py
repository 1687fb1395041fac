"""Decision tables (DMN 1.5 §8): rules in columns of tests, hit policies, aggregators.

Cells that only name constants are answered for all rules at once by the column's `Grid`; the others are run, and
only for rules that are still in question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from engine.dmn.grid import Grid, grid_of, indexes
from engine.dmn.scope import Scope
from engine.dmn.xml import child, children, id_at, text_in
from feel import Expression, UnaryTests
from feel.builtins.lists import maximum, minimum, total
from feel.compare import equal

if TYPE_CHECKING:
    from engine.dmn.boxed import Compiler

Run = Callable[[Scope], Any]

SINGLE_HIT = ("UNIQUE", "ANY", "FIRST", "PRIORITY")
HIT_POLICIES = (*SINGLE_HIT, "RULE ORDER", "OUTPUT ORDER", "COLLECT")
_LETTERS = {
    "U": "UNIQUE",
    "A": "ANY",
    "F": "FIRST",
    "P": "PRIORITY",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One input: its expression, its type, the values it may have, and its cells from the first rule to the last."""

    label: str
    expression: Expression | None
    type: str | None
    allowed: UnaryTests | None
    offered: UnaryTests | None  # the values that can come: the input values, else those of the input's type
    cells: tuple[UnaryTests | None, ...]
    grid: Grid | None
    open: int  # rules whose cell is `-`: they accept anything, null and misfits too
    dynamic: int  # rules whose cell only a run can answer


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    type: str | None
    values: tuple[Any, ...]  # in order of priority, from the output values
    default: Expression | None


@dataclass(slots=True)
class Table:
    """One compiled decision table."""

    id: str
    label: str
    hit_policy: str
    aggregation: str | None
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rule_ids: tuple[str, ...]
    entries: tuple[tuple[Expression | None, ...], ...]
    compiler: Compiler

    def decide(self, scope: Scope) -> Any:
        """The table's value: an output, a context of outputs, or a list of them; null without a hit or default."""
        hits = self._hits(scope)
        if hits is None:
            return None
        if not hits:
            return self._default(scope)
        match self.hit_policy:
            case "UNIQUE":
                return self._result(hits[0], scope) if len(hits) == 1 else None
            case "FIRST":
                return self._result(hits[0], scope)
            case "ANY":
                return self._any([self._result(hit, scope) for hit in hits], scope)
            case "PRIORITY":
                return self._by_priority(hits, scope)[0]
            case "OUTPUT ORDER":
                return self._by_priority(hits, scope)
        results = [self._result(hit, scope) for hit in hits]
        return self._aggregate(results, scope) if self.aggregation else results

    # -- which rules ----------------------------------------------------------------------------------------

    def _hits(self, scope: Scope) -> list[int] | None:
        """Indexes of the rules that hold; None where an input is not among its input values."""
        rules = (1 << len(self.rule_ids)) - 1
        pending: list[tuple[Column, Any, int]] = []
        for column in self.columns:
            if column.expression is None:
                value = None
            else:
                value = column.expression.raw(scope.values, scope.budget, scope.now)
                if column.type is not None:
                    value = self.compiler.types.conform(value, column.type)
            if (
                column.allowed is not None
                and value is not None
                and not column.allowed(value, scope.values, scope.budget)
            ):
                return None
            known = None if column.grid is None else column.grid.rules_at(value)
            if known is None:
                pending.append((column, value, ~column.open))
            else:
                rules &= known | column.open | column.dynamic
                if column.dynamic:
                    pending.append((column, value, column.dynamic))
            if not rules:
                return []
        for column, value, asked in pending:
            rules = self._run_cells(column, value, rules, asked, scope)
        return indexes(rules)

    def _run_cells(self, column: Column, value: Any, rules: int, asked: int, scope: Scope) -> int:
        for rule in indexes(rules & asked):
            cell = column.cells[rule]
            if cell is None or not cell(value, scope.values, scope.budget, scope.now):
                rules &= ~(1 << rule)
        return rules

    # -- what they give -------------------------------------------------------------------------------------

    def _result(self, rule: int, scope: Scope) -> Any:
        return self._outputs(self.entries[rule], scope)

    def _outputs(self, entries: Sequence[Expression | None], scope: Scope) -> Any:
        values = [
            self.compiler.types.conform(
                None if entry is None else entry.raw(scope.values, scope.budget, scope.now), output.type
            )
            for entry, output in zip(entries, self.outputs, strict=True)
        ]
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}

    def _default(self, scope: Scope) -> Any:
        if any(output.default is not None for output in self.outputs):
            value = self._outputs([output.default for output in self.outputs], scope)
            return value if self.hit_policy in SINGLE_HIT or self.aggregation else [value]
        if self.hit_policy in SINGLE_HIT:
            return None
        if self.aggregation:
            return 0 if self.aggregation == "COUNT" else None
        return []

    def _any(self, results: list[Any], scope: Scope) -> Any:
        frame = [scope.values, scope.budget, scope.now]
        same = all(equal(frame, results[0], result) is True for result in results[1:])
        return results[0] if same else None

    def _by_priority(self, hits: list[int], scope: Scope) -> list[Any]:
        """Results by the order of their output values, the first output first; ties in order of the rules."""
        results = [self._result(hit, scope) for hit in hits]
        return sorted(results, key=self._rank)

    def _rank(self, result: Any) -> tuple[int, ...]:
        values = [result] if len(self.outputs) == 1 else [result[output.name] for output in self.outputs]
        return tuple(
            output.values.index(value) if value in output.values else len(output.values)
            for output, value in zip(self.outputs, values, strict=True)
        )

    def _aggregate(self, results: list[Any], scope: Scope) -> Any:
        """Aggregators take one output; several have none (§8.2.11)."""
        if self.aggregation == "COUNT":
            return len(results)
        if len(self.outputs) != 1:
            return None
        frame = [scope.values, scope.budget, scope.now]
        return {"SUM": total, "MIN": minimum, "MAX": maximum}[self.aggregation or ""](frame, results)


def table_of(compiler: Compiler, element: etree._Element, names: frozenset[str]) -> Table:
    """Compile a decision table; whatever is wrong with it becomes a problem of the model."""
    policy = element.get("hitPolicy", "UNIQUE").upper()
    policy = _LETTERS.get(policy, policy)
    if policy not in HIT_POLICIES:
        compiler.problem(
            element,
            "dmn.hit_policy",
            f"Không có chính sách chọn luật “{policy}”.",
            f"There is no hit policy “{policy}”.",
        )
        policy = "UNIQUE"
    aggregation = element.get("aggregation") if policy == "COLLECT" else None
    if aggregation not in (None, "SUM", "COUNT", "MIN", "MAX"):
        compiler.problem(
            element,
            "dmn.aggregation",
            f"Không có phép gộp “{aggregation}”.",
            f"There is no aggregator “{aggregation}”.",
        )
        aggregation = None
    rules = children(element, "rule")
    inputs, outputs = children(element, "input"), children(element, "output")
    rules = [rule for rule in rules if _is_complete(compiler, rule, len(inputs), len(outputs))]
    columns = tuple(_column(compiler, one, index, rules, names) for index, one in enumerate(inputs))
    entries = tuple(
        tuple(_expression(compiler, entry, names) for entry in children(rule, "outputEntry"))
        for rule in rules
    )
    return Table(
        id_at(element),
        element.get("outputLabel") or id_at(element),
        policy,
        aggregation,
        columns,
        tuple(_output(compiler, one, element, len(outputs), names) for one in outputs),
        tuple(rule.get("id") or f"{id_at(element)}#{number}" for number, rule in enumerate(rules, 1)),
        entries,
        compiler,
    )


def _is_complete(compiler: Compiler, rule: etree._Element, inputs: int, outputs: int) -> bool:
    if len(children(rule, "inputEntry")) == inputs and len(children(rule, "outputEntry")) == outputs:
        return True
    compiler.problem(
        rule, "dmn.ragged_rule", "Luật không có đủ ô cho mọi cột.",
        f"Expected {inputs} input and {outputs} output entries in every rule.",
    )  # fmt: skip
    return False


def _column(
    compiler: Compiler,
    element: etree._Element,
    index: int,
    rules: list[etree._Element],
    names: frozenset[str],
) -> Column:
    holder = child(element, "inputExpression")
    holder = element if holder is None else holder
    reference = holder.get("typeRef")
    cells = tuple(_cell(compiler, children(rule, "inputEntry")[index], names) for rule in rules)
    constants = [None if cell is None else cell.constant for cell in cells]
    anything = sum(
        1 << rule for rule, one in enumerate(constants) if one is not None and one.negated and not one.ranges
    )
    dynamic = sum(1 << rule for rule, one in enumerate(constants) if one is None)
    text = text_in(holder)
    allowed = _cell(compiler, child(element, "inputValues"), names)
    declared = compiler.model.type_of(text) if text in names else None
    return Column(
        element.get("label") or text,
        _expression(compiler, holder, names),
        reference if compiler.types.get(reference) is not None else None,
        allowed,
        allowed or compiler.types.allowed(reference) or compiler.types.allowed(declared),
        cells,
        grid_of(constants),
        anything,
        dynamic,
    )


def _output(
    compiler: Compiler, element: etree._Element, table: etree._Element, count: int, names: frozenset[str]
) -> Output:
    allowed = _cell(compiler, child(element, "outputValues"), names)
    reference = element.get("typeRef") or (table.get("typeRef") if count == 1 else None)
    item = compiler.types.get(reference)
    if allowed is None and item is not None:
        allowed = item.allowed
    ranges = allowed.constant.ranges if allowed is not None and allowed.constant is not None else ()
    default = child(element, "defaultOutputEntry")
    return Output(
        element.get("name") or "",
        None if item is None or item.collection else reference,
        tuple(one.start for one in ranges),
        None if default is None else _expression(compiler, default, names),
    )


def _cell(compiler: Compiler, element: etree._Element | None, names: frozenset[str]) -> UnaryTests | None:
    if element is None:
        return None
    return compiler.tests(text_in(element) or "-", element, names)


def _expression(compiler: Compiler, element: etree._Element, names: frozenset[str]) -> Expression | None:
    text = text_in(element)
    return compiler.feel(text, element, names) if text else None
