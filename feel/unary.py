"""Unary tests: the cells of decision tables (DMN 1.5 §7.3.3, table 55).

A cell passes if it is true of `?`, or gives a range, list or value that the input lies in or equals.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from feel import syntax as s
from feel.budget import Frame, charge_steps
from feel.compare import in_range, passes
from feel.comparison import comparison
from feel.constant import constant_range
from feel.lookups import slot_lookup
from feel.values import Range

if TYPE_CHECKING:
    from feel.compile import Compiler

Run = Callable[[Frame], Any]


def compile_tests(compiler: Compiler, node: s.TestList) -> Run:
    """The tests of one cell as one closure; the value under test lies in the slot named `?`."""
    slot = next(slot for name, slot in reversed(compiler.scopes) if name == "?")
    tests = [_compile_test(compiler, _of_input(test), slot) for test in node.tests]
    if len(tests) == 1 and not node.negated:
        return tests[0]
    if node.negated:
        return lambda frame: not any(test(frame) for test in tests)
    return lambda frame: any(test(frame) for test in tests)


def _of_input(test: s.Node) -> s.Node:
    """`> 5 and < 10`: operands that are tests of their own are of `?`, where a value could only be null."""
    if not isinstance(test, s.Logic):
        return test
    return s.Logic(test.offset, test.operator, tuple(_stated(operand) for operand in test.operands))


def _stated(operand: s.Node) -> s.Node:
    asked = s.Input(operand.offset)
    if isinstance(operand, s.Test):
        return s.Binary(operand.offset, operand.operator, asked, operand.operand)
    if isinstance(operand, s.RangeLiteral):
        return s.In(operand.offset, asked, (operand,))
    return _of_input(operand)


def _compile_test(compiler: Compiler, node: s.Node, slot: int) -> Run:
    run = compiler.compile(node)
    if isinstance(node, s.Literal) and node.value.__class__ in (str, int):
        return _equals(node.value, slot)
    if isinstance(node, s.Test) and isinstance(node.operand, s.Literal):
        direct = comparison(
            node.operator,
            slot_lookup(slot),
            compiler.compile(node.operand),
            node.operand.value,
            compiler.compare,
        )
        return lambda frame: direct(frame) is True
    interval = constant_range(node) if isinstance(node, s.RangeLiteral) else None
    if interval is not None:
        return _lies_in(interval, slot)
    if s.reads_input(node):
        return _asks(run, slot)
    return _gives(run, slot, node)


def _equals(constant: Any, slot: int) -> Run:
    kind = constant.__class__

    def test(frame: Frame) -> bool:
        value = frame[slot]
        if value.__class__ is kind:
            return bool(value == constant)
        return passes(frame, value, constant) is True or _holds(frame, value, constant)

    return test


def _lies_in(interval: Range, slot: int) -> Run:
    low, high = interval.start, interval.end
    if not isinstance(low, int | Decimal) or not isinstance(high, int | Decimal):
        return lambda frame: in_range(frame, frame[slot], interval) is True
    low_included, high_included = interval.start_included, interval.end_included

    def test(frame: Frame) -> bool:
        value = frame[slot]
        if value.__class__ is int or value.__class__ is Decimal:
            if low < value < high:
                return True
            return bool(
                (value == low and low_included and low <= high)
                or (value == high and high_included and low <= high)
            )
        return in_range(frame, value, interval) is True or _holds(frame, value, interval)

    return test


def _asks(run: Run, slot: int) -> Run:
    """A test that names `?` says itself whether it holds, unless it gives a value to compare with."""

    def test(frame: Frame) -> bool:
        outcome = run(frame)
        return outcome is True or (
            outcome.__class__ is not bool and passes(frame, frame[slot], outcome) is True
        )

    return test


def _gives(run: Run, slot: int, node: s.Node) -> Run:
    literal = isinstance(node, s.Literal)
    states = isinstance(node, s.Binary | s.Logic | s.Between | s.In | s.Quantified | s.InstanceOf | s.Call)

    def test(frame: Frame) -> bool:
        outcome, value = run(frame), frame[slot]
        if outcome is True and not literal and (states or value.__class__ is not bool):
            return True
        return passes(frame, value, outcome) is True or _holds(frame, value, outcome)

    return test


def _holds(frame: Frame, value: Any, outcome: Any) -> bool:
    """An input that is a list of one counts as its item."""
    if value.__class__ is not list or outcome.__class__ is list:
        return False
    charge_steps(frame, len(value))
    return len(value) == 1 and passes(frame, value[0], outcome) is True
