"""`for`, `some` and `every` (DMN 1.5 §10.3.2.14), turn by turn within the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from feel import syntax as s
from feel.budget import Frame, charge_size, charge_steps
from feel.compare import less
from feel.temporal import Date, date_from_ordinal
from feel.values import Range

if TYPE_CHECKING:
    from feel.compile import Compiler

Run = Callable[[Frame], Any]
Source = Callable[[Frame], "Iterator[Any] | None"]


class _NotIterable(Exception):
    """A source that is neither list nor range makes the whole loop null."""


def compile_for(compiler: Compiler, node: s.For) -> Run:
    before = len(compiler.scopes)
    iterators = _iterators(compiler, node.iterators)
    partial = compiler.new_slot()
    compiler.scopes.append(("partial", partial))
    result = compiler.compile(node.result)
    del compiler.scopes[before:]
    looks_back = s.reads_name(node.result, "partial")

    def run(frame: Frame) -> Any:
        outside = frame[partial]
        results: list[Any] = []
        frame[partial] = results
        try:
            for _ in _turns(frame, iterators, 0):
                charge_steps(frame)
                value = result(frame)
                results.append(_apart(frame, value, results) if looks_back else value)
        except _NotIterable:
            return None
        finally:
            frame[partial] = outside
        charge_size(frame, len(results))
        return results

    return run


def _apart(frame: Frame, value: Any, results: list[Any]) -> Any:
    """The value of one turn with `partial` as it stood then: the list itself goes on growing."""
    if value is results:
        charge_size(frame, len(results))
        return list(results)
    if value.__class__ is list:
        charge_steps(frame, len(value))
        return [_apart(frame, item, results) for item in value]
    if value.__class__ is dict:
        charge_steps(frame, len(value))
        return {name: _apart(frame, item, results) for name, item in value.items()}
    return value


def compile_quantified(compiler: Compiler, node: s.Quantified) -> Run:
    """`some` is true with one true, `every` false with one false; otherwise null as soon as one turn was null."""
    before = len(compiler.scopes)
    iterators = _iterators(compiler, node.iterators)
    condition = compiler.compile(node.condition)
    del compiler.scopes[before:]
    decisive = node.quantifier == "some"

    def run(frame: Frame) -> Any:
        outcome: bool | None = not decisive
        try:
            for _ in _turns(frame, iterators, 0):
                charge_steps(frame)
                value = condition(frame)
                if value is decisive:
                    return decisive
                if value.__class__ is not bool:
                    outcome = None
        except _NotIterable:
            return None
        return outcome

    return run


def _iterators(
    compiler: Compiler, nodes: tuple[tuple[str, s.Node, s.Node | None], ...]
) -> list[tuple[int, Source]]:
    iterators: list[tuple[int, Source]] = []
    for name, start, end in nodes:
        source = (
            _source(compiler.compile(start))
            if end is None
            else _span(compiler.compile(start), compiler.compile(end))
        )
        slot = compiler.new_slot()
        compiler.scopes.append((name, slot))
        iterators.append((slot, source))
    return iterators


def _turns(frame: Frame, iterators: list[tuple[int, Source]], level: int) -> Iterator[None]:
    """Sets the slots for every combination, the last iterator turning fastest."""
    slot, source = iterators[level]
    items = source(frame)
    if items is None:
        raise _NotIterable
    last = level + 1 == len(iterators)
    for item in items:
        frame[slot] = item
        if last:
            yield
        else:
            charge_steps(frame)
            yield from _turns(frame, iterators, level + 1)


def _source(run: Run) -> Source:
    def items(frame: Frame) -> Iterator[Any] | None:
        value = run(frame)
        if value.__class__ is list:
            return iter(value)
        if (
            value.__class__ is Range
            and value.operator == ".."
            and value.start is not None
            and value.end is not None
            and less(value.end, value.start) is False
        ):
            return _between(value.start, value.end, value.start_included, value.end_included)
        return None

    return items


def _span(start: Run, end: Run) -> Source:
    return lambda frame: _between(start(frame), end(frame), True, True)


def _between(low: Any, high: Any, low_included: bool, high_included: bool) -> Iterator[Any] | None:
    """Whole numbers or days from one end to the other, downwards if the first is larger (`4..2`; a range is never)."""
    if low.__class__ is Date and high.__class__ is Date:
        days = _between(low.ordinal, high.ordinal, low_included, high_included)
        return None if days is None else (date_from_ordinal(day) for day in days)
    if low.__class__ is not int or high.__class__ is not int:
        return None
    step = 1 if low <= high else -1
    start = low if low_included else low + step
    return iter(range(start, high + step if high_included else high, step))
