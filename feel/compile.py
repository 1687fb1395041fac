"""Syntax tree to Python closures: every node becomes `run(frame) -> value`.

A frame is `[context, budget, now, *slots]`; local names are slots known at compile time. Inside a filter a name may
mean an entry of the item, which only the run knows: those lookups are chained (DMN 1.5 §10.3.2.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from . import syntax as s
from .arithmetic import ARITHMETIC_OPERATORS, negate
from .budget import Frame, charge_size, charge_steps
from .builtins import FUNCTIONS, call_builtin, function_value
from .calls import call, parameters_of
from .compare import compare, in_range, less, passes, single
from .errors import FeelError
from .filters import compile_filter
from .lexer import position_of
from .loops import compile_for, compile_quantified
from .members import member
from .temporal import parse_any
from .types import TypeTest, compile_type
from .values import PLAIN, Range, from_python

Run = Callable[[Frame], Any]

MAX_DEPTH = 160  # of the tree; a chain of operators counts one level for each


class Compiler:
    """Compiles one text; collects what it reads while it does."""

    def __init__(self, text: str, names: Iterable[str], types: Mapping[str, TypeTest]) -> None:
        self.text = text
        self.names = frozenset(names)
        self.types = types
        self.slots = 3
        self.scopes: list[
            tuple[str | None, int]
        ] = []  # (name, slot); name None: the entries of a filtered item
        self.reads: list[tuple[tuple[str, ...], int]] = []
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
                return _chained(name, items, _slot(slot))
            if local is None:
                items.append(slot)
        if name == "item" and items:
            return _chained(name, items, _slot(items[0]))
        if name in FUNCTIONS and name not in self.names:
            function = function_value(name)
            return _chained(name, items, lambda frame: function)
        if not items or name in self.names:
            self.reads.append((path, offset))
        return _chained(name, items, _variable(name))

    def input(self, node: s.Input) -> Run:
        for local, slot in reversed(self.scopes):
            if local == "?":
                return _slot(slot)
        return _variable("?")

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
        return _comparison(node.operator, left, right, constant)

    def logic(self, node: s.Logic) -> Run:
        """Table 48: a value that is no boolean counts as null."""
        decisive = node.operator == "or"
        operands = [self.compile(operand) for operand in node.operands]
        if len(operands) == 2:
            first, second = operands

            def run_two(frame: Frame) -> bool | None:
                one = first(frame)
                if one is decisive:
                    return decisive
                other = second(frame)
                if other is decisive:
                    return decisive
                return None if one.__class__ is not bool or other.__class__ is not bool else not decisive

            return run_two

        def run(frame: Frame) -> bool | None:
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
        tests = [(self.compile(test), reads_input(test)) for test in node.tests]
        self.scopes.pop()

        def run(frame: Frame) -> bool | None:
            item = frame[slot] = value(frame)
            result: bool | None = False
            for test, asks in tests:
                outcome = test(frame)
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
                return _variable_path(inner.name, names)
        else:
            base = self.compile(inner)
        return _path(base, names)

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
        in_item = name not in FUNCTIONS and any(local is None for local, _ in self.scopes)
        return in_item or name in self.names or any(local == name for local, _ in self.scopes)

    def conditional(self, node: s.If) -> Run:
        condition, then, otherwise = (
            self.compile(node.condition),
            self.compile(node.then),
            self.compile(node.otherwise),
        )
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
        """The tests of one cell; the value under test lies in the slot named `?`."""
        slot = next(slot for name, slot in reversed(self.scopes) if name == "?")
        tests = [self.unary_test(test, slot) for test in node.tests]
        if len(tests) == 1 and not node.negated:
            return tests[0]
        if node.negated:
            return lambda frame: not any(test(frame) for test in tests)
        return lambda frame: any(test(frame) for test in tests)

    def unary_test(self, node: s.Node, slot: int) -> Run:
        run = self.compile(node)
        if isinstance(node, s.Literal) and node.value.__class__ in (str, int):
            constant = node.value
            kind = constant.__class__

            def equals(frame: Frame) -> bool:
                value = frame[slot]
                if value.__class__ is kind:
                    return bool(value == constant)
                return passes(frame, value, constant) is True or _holds(frame, value, constant)

            return equals
        if isinstance(node, s.Test) and isinstance(node.operand, s.Literal):
            direct = _comparison(node.operator, _slot(slot), self.compile(node.operand), node.operand.value)
            return lambda frame: direct(frame) is True
        if reads_input(node):

            def asks(frame: Frame) -> bool:
                outcome = run(frame)
                return outcome is True or (
                    outcome.__class__ is not bool and passes(frame, frame[slot], outcome) is True
                )

            return asks
        literal = isinstance(node, s.Literal)
        states = isinstance(
            node, s.Binary | s.Logic | s.Between | s.In | s.Quantified | s.InstanceOf | s.Call
        )

        def run_test(frame: Frame) -> bool:
            outcome, value = run(frame), frame[slot]
            if outcome is True and not literal and (states or value.__class__ is not bool):
                return True
            return passes(frame, value, outcome) is True or _holds(frame, value, outcome)

        return run_test

    # -- scope and complaints -------------------------------------------------------------------------------

    def new_slot(self) -> int:
        self.slots += 1
        return self.slots - 1

    def misuse(self, vi: str, en: str, node: s.Node) -> None:
        """A construct that can only ever give null: allowed by FEEL, reported by `problems`."""
        self.misuses.append((vi, en, node.offset))

    def error(self, code: str, vi: str, en: str, node: s.Node) -> FeelError:
        return FeelError(code, vi, en, *position_of(self.text, node.offset))


def reads_input(node: Any) -> bool:
    """Whether the tree asks for `?`."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, s.Input):
            return True
        stack.extend(children(current))
    return False


def children(node: Any) -> Iterable[Any]:
    """The nodes and type nodes directly below."""
    for field in fields(node):
        value = getattr(node, field.name)
        stack = [value]
        while stack:
            item = stack.pop()
            if isinstance(item, tuple):
                stack.extend(reversed(item))
            elif isinstance(item, s.Node):
                yield item


def check_depth(root: s.Node, text: str) -> None:
    """Refuses trees that would exhaust Python's stack; without recursion itself."""
    stack = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise FeelError(
                "feel.too_deep",
                "Biểu thức lồng nhau quá sâu.",
                f"Expected at most {MAX_DEPTH} nested levels.",
                *position_of(text, node.offset),
            )
        stack.extend((child, depth + 1) for child in children(node))


# -- lookups ----------------------------------------------------------------------------------------------------


def _slot(slot: int) -> Run:
    return lambda frame: frame[slot]


def _variable(name: str) -> Run:
    def run(frame: Frame) -> Any:
        value = frame[0].get(name)
        return value if value.__class__ in PLAIN else from_python(value, frame)

    return run


def _chained(name: str, items: list[int], otherwise: Run) -> Run:
    if not items:
        return otherwise
    slots = tuple(items)

    def run(frame: Frame) -> Any:
        for slot in slots:
            item = frame[slot]
            if item.__class__ is dict and name in item:
                return item[name]
        return otherwise(frame)

    return run


def _variable_path(name: str, names: list[str]) -> Run:
    """`dossier.applicant.age`: walks plain dicts without converting what lies beside the path."""
    if len(names) == 1:
        last = names[0]

        def run_one(frame: Frame) -> Any:
            value = frame[0].get(name)
            if value.__class__ is dict:
                value = value.get(last)
                return value if value.__class__ in PLAIN else from_python(value, frame)
            return member(frame, from_python(value, frame), last)

        return run_one

    def run(frame: Frame) -> Any:
        value = frame[0].get(name)
        for position, key in enumerate(names):
            if value.__class__ is not dict:
                value = from_python(value, frame)
                for rest in names[position:]:
                    value = member(frame, value, rest)
                return value
            value = value.get(key)
        return value if value.__class__ in PLAIN else from_python(value, frame)

    return run


def _path(base: Run, names: list[str]) -> Run:
    if len(names) == 1:
        name = names[0]

        def run_one(frame: Frame) -> Any:
            value = base(frame)
            return value.get(name) if value.__class__ is dict else member(frame, value, name)

        return run_one

    def run(frame: Frame) -> Any:
        value = base(frame)
        for name in names:
            value = value.get(name) if value.__class__ is dict else member(frame, value, name)
        return value

    return run


# -- comparisons ------------------------------------------------------------------------------------------------


def _comparison(operator: str, left: Run, right: Run, constant: Any) -> Run:
    """The operator on two numbers or two strings at once; everything else in `compare`."""
    if constant.__class__ in (int, Decimal, str):
        return _FAST_CONSTANT[operator](operator, left, constant)
    return _FAST[operator](operator, left, right)


def _make_constant(python_operator: Callable[[Any, Any], bool]) -> Callable[[str, Run, Any], Run]:
    def make(operator: str, left: Run, constant: Any) -> Run:
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


def _make(python_operator: Callable[[Any, Any], bool]) -> Callable[[str, Run, Run], Run]:
    def make(operator: str, left: Run, right: Run) -> Run:
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


def _holds(frame: Frame, value: Any, outcome: Any) -> bool:
    """A list under test passes if the cell's value is in it (DMN 1.5 table 55, singleton and list inputs)."""
    if value.__class__ is not list or outcome.__class__ is list:
        return False
    charge_steps(frame, len(value))
    return len(value) == 1 and passes(frame, value[0], outcome) is True


def _tables() -> tuple[dict[str, Any], dict[str, Any]]:
    import operator as o

    operators = {"=": o.eq, "!=": o.ne, "<": o.lt, "<=": o.le, ">": o.gt, ">=": o.ge}
    return (
        {sign: _make_constant(function) for sign, function in operators.items()},
        {sign: _make(function) for sign, function in operators.items()},
    )


_FAST_CONSTANT, _FAST = _tables()

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
