"""`list[condition]` and `list[position]` (DMN 1.5 §10.3.2.5)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from feel import syntax as s
from feel.budget import Frame, charge_steps
from feel.compare import equal, in_range, single
from feel.values import Range

if TYPE_CHECKING:
    from feel.compile import Compiler

Run = Callable[[Frame], Any]


def compile_filter(compiler: Compiler, node: s.Filter) -> Run:
    """A number picks one item (from 1, negative from the end), anything else is asked of every item."""
    source = compiler.compile(node.value)
    if isinstance(node.condition, s.Literal) and node.condition.value.__class__ in (int, Decimal):
        position = node.condition.value
        return lambda frame: item_at(_as_list(source(frame)), position)
    slot = compiler.new_slot()
    compiler.scopes.append((None, slot))
    condition = compiler.compile(node.condition)
    compiler.scopes.pop()
    literal = node.condition.value if isinstance(node.condition, s.Literal) else None
    text = literal if isinstance(literal, str) else None

    def run(frame: Frame) -> Any:
        value = source(frame)
        items = _as_list(value)
        if items is None:
            return None
        charge_steps(frame, len(items))
        outside = frame[slot]
        if not items:
            position = condition(frame)
            return None if position.__class__ in (int, Decimal) else []
        kept = []
        for item in items:
            frame[slot] = item
            outcome = condition(frame)
            if outcome is True:
                kept.append(item)
            elif outcome.__class__ is Range:
                if in_range(frame, single(item), outcome) is True:
                    kept.append(item)
            elif outcome.__class__ is int or outcome.__class__ is Decimal:
                frame[slot] = outside
                return item_at(items, outcome)
            elif text is not None:
                if equal(frame, item, text) is True:
                    kept.append(item)
            elif outcome is not None and outcome.__class__ is not bool:
                frame[slot] = outside
                return None
        frame[slot] = outside
        return kept

    return run


def item_at(items: list[Any] | None, position: Any) -> Any:
    """The item at `position`, or null where there is none."""
    if items is None or position != int(position):
        return None
    index = int(position)
    if index > 0:
        return items[index - 1] if index <= len(items) else None
    return items[index] if index < 0 and -index <= len(items) else None


def _as_list(value: Any) -> list[Any] | None:
    """A single value counts as a list of one; null stays null."""
    if value.__class__ is list:
        return value
    return None if value is None else [value]
