"""Syntax tree to Python closures: every node becomes `run(frame) -> value`.

A frame is `[context, budget, now, *slots]`; local names are slots known at compile time. Inside a filter a name may
mean an entry of the item, which only the run knows: those lookups are chained (DMN 1.5 §10.3.2.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from feel import syntax as s
from feel.arithmetic import ARITHMETIC_OPERATORS, negate
from feel.budget import Frame, charge_size
from feel.builtins import FUNCTIONS, call_builtin, function_value
from feel.calls import call, parameters_of
from feel.compare import compare, in_range, less, passes
from feel.comparison import comparison
from feel.errors import FeelError
from feel.filters import compile_filter
from feel.lexer import position_of
from feel.lookups import (
    chained_lookup,
    moment_lookup,
    path_lookup,
    slot_lookup,
    variable_lookup,
    variable_path_lookup,
)
from feel.loops import compile_for, compile_quantified
from feel.loose import compare_loosely
from feel.temporal_text import parse_any
from feel.types import TypeTest, compile_type
from feel.unary import compile_tests
from feel.values import Range

Run = Callable[[Frame], Any]

MOMENTS = ("now", "today")  # variables of every diagram, and built-in functions

MAX_DEPTH = 160  # of the tree; a chain of operators counts one level for each


class Compiler:
    """Compiles one text; collects what it reads while it does."""

    def __init__(
        self, text: str, names: Iterable[str], types: Mapping[str, TypeTest], *, loose: bool = False
    ) -> None:
        self.text = text
        self.loose = loose
        self.compare = compare_loosely if loose else compare
        self.names = frozenset(names)
        self.types = types
        self.slots = 3
        self.scopes: list[
            tuple[str | None, int]
        ] = []  # (name, slot); name None: the entries of a filtered item
        self.reads: list[tuple[tuple[str, ...], int]] = []
        self.may_read: list[
            tuple[str, ...]
        ] = []  # inside a filter: an entry of the item, or else the context's
        self.misuses: list[tuple[str, str, int]] = []

    # -- nodes ----------------------------------------------------------------------------------------------

    def compile(self, node: s.Node) -> Run:
        return _COMPILERS[type(node)](self, node)

    def literal(self, node: s.Literal) -> Run:
        value = node.value
        return lambda frame: value

    def at_literal(self, node: s.AtLiteral) -> Run:
        value = parse_any(node.text)
        if value is None:
            self.misuse(
                f"“{node.text}” không phải ngày, giờ hay khoảng thời gian.",
                f"“{node.text}” is no temporal value.",
                node,
            )
        return lambda frame: value

    def name(self, node: s.Name) -> Run:
        return self.lookup(node.name, (node.name,), node.offset)

    def lookup(self, name: str, path: tuple[str, ...], offset: int) -> Run:
        """A name in scope: a slot, an entry of a filtered item, a variable of the context, a built-in function."""
        items: list[int] = []
        for local, slot in reversed(self.scopes):
            if local == name:
                return chained_lookup(name, items, slot_lookup(slot))
            if local is None:
                items.append(slot)
        if name == "item" and items:
            return chained_lookup(name, items, slot_lookup(items[0]))
        if name in MOMENTS:
            if name in self.names:
                self.reads.append((path, offset))
            return chained_lookup(name, items, moment_lookup(name, FUNCTIONS[name][0].run))
        if name in FUNCTIONS and name not in self.names:
            return chained_lookup(name, items, variable_lookup(name, function_value(name)))
        if not items or name in self.names:
            self.reads.append((path, offset))
        else:
            self.may_read.append(path)
        return chained_lookup(name, items, variable_lookup(name))

    def input(self, node: s.Input) -> Run:
        for local, slot in reversed(self.scopes):
            if local == "?":
                return slot_lookup(slot)
        return variable_lookup("?")

    def list(self, node: s.ListLiteral) -> Run:
        items = [self.compile(item) for item in node.items]

        def run(frame: Frame) -> Any:
            if len(items) > 8:
                charge_size(frame, len(items))
            return [item(frame) for item in items]

        return run

    def context(self, node: s.ContextLiteral) -> Run:
        entries: list[tuple[str, int, Run, bool]] = []
        before = len(self.scopes)
        for key, value in node.entries:
            slot = self.new_slot()
            recursive = isinstance(value, s.Function)
            if recursive:
                self.scopes.append((key, slot))
                entries.append((key, slot, self.compile(value), True))
            else:
                entries.append((key, slot, self.compile(value), False))
                self.scopes.append((key, slot))
        del self.scopes[before:]

        def run(frame: Frame) -> Any:
            result = {}
            for key, slot, value, recursive in entries:
                item = result[key] = frame[slot] = value(frame)
                if recursive:
                    item.frame[slot] = item
            charge_size(frame, len(entries))
            return result

        return run

    def range(self, node: s.RangeLiteral) -> Run:
        start, end = self.compile(node.start), self.compile(node.end)
        start_included, end_included = node.start_included, node.end_included
        if any(isinstance(side, s.Literal) and side.value is None for side in (node.start, node.end)):
            return lambda frame: None

        def run(frame: Frame) -> Any:
            low, high = start(frame), end(frame)
            if low is not None and high is not None and less(low, high) is None:
                return None
            return Range(low, high, start_included and low is not None, end_included and high is not None)

        return run

    def test(self, node: s.Test) -> Run:
        operand, operator = self.compile(node.operand), node.operator

        def run(frame: Frame) -> Any:
            value = operand(frame)
            if operator in ("=", "!="):
                return Range(value, value, True, True, operator)
            if value is None:
                return None
            if operator[0] == "<":
                return Range(None, value, False, operator == "<=", "<")
            return Range(value, None, operator == ">=", False, ">")

        return run

    def negate(self, node: s.Negate) -> Run:
        operand = self.compile(node.operand)
        return lambda frame: negate(operand(frame))

    def binary(self, node: s.Binary) -> Run:
        left, right = self.compile(node.left), self.compile(node.right)
        if node.operator in ARITHMETIC_OPERATORS:
            return ARITHMETIC_OPERATORS[node.operator](left, right)
        constant = node.right.value if isinstance(node.right, s.Literal) else None
        return comparison(node.operator, left, right, constant, self.compare)

    def logic(self, node: s.Logic) -> Run:
        """Table 48: a value that is no boolean counts as null."""
        decisive = node.operator == "or"
        operands = [self.compile(operand) for operand in node.operands]
        if len(operands) == 2:
            first, second = operands

            def run_two(frame: Frame) -> Any:
                one = first(frame)
                if one is decisive:
                    return decisive
                other = second(frame)
                if other is decisive:
                    return decisive
                return None if one.__class__ is not bool or other.__class__ is not bool else not decisive

            return run_two

        def run(frame: Frame) -> Any:
            result: bool | None = not decisive
            for operand in operands:
                value = operand(frame)
                if value is decisive:
                    return decisive
                if value.__class__ is not bool:
                    result = None
            return result

        return run

    def between(self, node: s.Between) -> Run:
        value, low, high = self.compile(node.value), self.compile(node.low), self.compile(node.high)

        def run(frame: Frame) -> bool | None:
            ends = low(frame), high(frame)
            if None in (ends[0], ends[1]):
                return None
            return in_range(frame, value(frame), Range(*ends, True, True))

        return run

    def membership(self, node: s.In) -> Run:
        value = self.compile(node.value)
        slot = self.new_slot()
        self.scopes.append(("?", slot))
        tests = [(self.compile(test), s.reads_input(test)) for test in node.tests]
        self.scopes.pop()
        alone = len(tests) == 1

        def run(frame: Frame) -> bool | None:
            item = frame[slot] = value(frame)
            result: bool | None = False
            for test, asks in tests:
                outcome = test(frame)
                if alone and outcome is None:
                    return None  # `5 in [1..null]`: there is nothing to lie in
                passed = outcome if asks else passes(frame, item, outcome)
                if passed is True:
                    return True
                if passed is None:
                    result = None
            return result

        return run

    def instance_of(self, node: s.InstanceOf) -> Run:
        value, is_instance = self.compile(node.value), compile_type(node.type, self.types)
        if is_instance is None:
            self.misuse(f"Không có kiểu “{node.type.name}”.", f"There is no type “{node.type.name}”.", node)
            return lambda frame: None
        return lambda frame: is_instance(value(frame))

    def path(self, node: s.Path) -> Run:
        names = [node.name]
        inner = node.value
        while isinstance(inner, s.Path):
            names.append(inner.name)
            inner = inner.value
        names.reverse()
        if isinstance(inner, s.Name):
            base = self.lookup(inner.name, (inner.name, *names), inner.offset)
            if not any(local is None or local == inner.name for local, _ in self.scopes) and (
                inner.name in self.names or inner.name not in FUNCTIONS
            ):
                return variable_path_lookup(inner.name, names)
        else:
            base = self.compile(inner)
        return path_lookup(base, names)

    def filter(self, node: s.Filter) -> Run:
        return compile_filter(self, node)

    def call(self, node: s.Call) -> Run:
        arguments = [self.compile(argument) for argument in node.arguments]
        function = node.function
        if isinstance(function, s.Name) and not self.is_variable(function.name):
            name = function.name
            if name not in FUNCTIONS:
                raise self.error(
                    "feel.unknown_function",
                    f"Không có hàm “{name}”.",
                    f"There is no function “{name}”.",
                    function,
                )
            compiled, misuse = call_builtin(name, arguments, node.names)
            if misuse:
                self.misuse(*misuse, node)
            return compiled
        return call(self.compile(function), arguments, node.names)

    def is_variable(self, name: str) -> bool:
        """Whether a call of `name` calls a value in scope. now() and today() stay built-ins beside variables of
        these names, which are moments and no functions."""
        if name in MOMENTS:
            return any(local == name for local, _ in self.scopes)
        in_item = name not in FUNCTIONS and any(local is None for local, _ in self.scopes)
        return in_item or name in self.names or any(local == name for local, _ in self.scopes)

    def conditional(self, node: s.If) -> Run:
        condition, then, otherwise = (
            self.compile(node.condition),
            self.compile(node.then),
            self.compile(node.otherwise),
        )
        if self.loose:
            return lambda frame: then(frame) if condition(frame) not in (False, None) else otherwise(frame)
        return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)

    def loop(self, node: s.For) -> Run:
        return compile_for(self, node)

    def quantified(self, node: s.Quantified) -> Run:
        return compile_quantified(self, node)

    def function(self, node: s.Function) -> Run:
        before = len(self.scopes)
        names = tuple(name for name, _ in node.parameters)
        types = [compile_type(kind, self.types) if kind else None for _, kind in node.parameters]
        slots = [self.new_slot() for _ in names]
        self.scopes.extend(zip(names, slots, strict=True))
        body = self.compile(node.body)
        del self.scopes[before:]
        return parameters_of(names, types, slots, body)

    def external(self, node: s.External) -> Run:
        raise self.error(
            "feel.external_function",
            "Không được gọi hàm ngoài (Java, PMML) trong biểu thức.",
            "Expected a FEEL function body but found “external”, which is refused.",
            node,
        )

    def any_test(self, node: s.AnyTest) -> Run:
        return lambda frame: True

    def test_list(self, node: s.TestList) -> Run:
        return compile_tests(self, node)

    # -- scope and complaints -------------------------------------------------------------------------------

    def new_slot(self) -> int:
        self.slots += 1
        return self.slots - 1

    def misuse(self, vi: str, en: str, node: s.Node) -> None:
        """A construct that can only ever give null: allowed by FEEL, reported by `problems`."""
        self.misuses.append((vi, en, node.offset))

    def error(self, code: str, vi: str, en: str, node: s.Node) -> FeelError:
        return FeelError(code, vi, en, *position_of(self.text, node.offset))


_COMPILERS: dict[type, Callable[[Compiler, Any], Run]] = {
    s.Literal: Compiler.literal,
    s.AtLiteral: Compiler.at_literal,
    s.Name: Compiler.name,
    s.Input: Compiler.input,
    s.ListLiteral: Compiler.list,
    s.ContextLiteral: Compiler.context,
    s.RangeLiteral: Compiler.range,
    s.Test: Compiler.test,
    s.Negate: Compiler.negate,
    s.Binary: Compiler.binary,
    s.Logic: Compiler.logic,
    s.Between: Compiler.between,
    s.In: Compiler.membership,
    s.InstanceOf: Compiler.instance_of,
    s.Path: Compiler.path,
    s.Filter: Compiler.filter,
    s.Call: Compiler.call,
    s.If: Compiler.conditional,
    s.For: Compiler.loop,
    s.Quantified: Compiler.quantified,
    s.Function: Compiler.function,
    s.External: Compiler.external,
    s.AnyTest: Compiler.any_test,
    s.TestList: Compiler.test_list,
}
