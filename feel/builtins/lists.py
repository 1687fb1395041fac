"""List functions (DMN 1.5 §10.3.4.4, table 77). Aggregates take one list or their items as arguments."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from feel.arithmetic import add, divide, multiply
from feel.budget import Frame, charge_size, charge_steps
from feel.calls import invoke
from feel.compare import equal, less
from feel.values import ARITHMETIC, FunctionValue, number

from .registry import builtin


def aggregate(name: str) -> Callable[[Callable[[Frame, list[Any]], Any]], Callable[[Frame, list[Any]], Any]]:
    """`name(list)` and `name(item, item, …)`; a single argument that is no list counts as a list of one."""

    def register(run: Callable[[Frame, list[Any]], Any]) -> Callable[[Frame, list[Any]], Any]:
        def over_list(frame: Frame, items: list[Any]) -> Any:
            charge_steps(frame, len(items))
            return run(frame, items)

        builtin(name, "list: list")(over_list)
        builtin(name, "item: any, items: any...")(lambda frame, *items: over_list(frame, list(items)))
        return run

    return register


def _all_numbers(items: list[Any]) -> bool:
    return all(item.__class__ is int or item.__class__ is Decimal for item in items)


@builtin("list contains", "list: list, element: any")
def list_contains(frame: Frame, items: list[Any], element: Any) -> bool:
    charge_steps(frame, len(items))
    return any(equal(frame, item, element) is True for item in items)


@builtin("count", "list: list")
def count(frame: Frame, items: list[Any]) -> int:
    return len(items)


@aggregate("min")
def minimum(frame: Frame, items: list[Any]) -> Any:
    return _extreme(items, lambda item, best: less(item, best))


@aggregate("max")
def maximum(frame: Frame, items: list[Any]) -> Any:
    return _extreme(items, lambda item, best: less(best, item))


def _extreme(items: list[Any], better: Callable[[Any, Any], bool | None]) -> Any:
    """The best of comparable items; null for an empty list or items of several kinds."""
    if not items or better(items[0], items[0]) is None:
        return None
    best = items[0]
    for item in items[1:]:
        verdict = better(item, best)
        if verdict is None:
            return None
        if verdict:
            best = item
    return best


@aggregate("sum")
def total(frame: Frame, items: list[Any]) -> Any:
    if not items:
        return None
    if all(item.__class__ is int for item in items):
        return number(sum(items))
    result = items[0]
    for item in items[1:]:
        result = add(frame, result, item)
    return None if result.__class__ is str or (len(items) == 1 and not _summable(result)) else result


def _summable(value: Any) -> bool:
    return value.__class__ in (int, Decimal) or value.__class__.__name__ in ("Duration", "YearsMonths")


@aggregate("product")
def product(frame: Frame, items: list[Any]) -> Any:
    if not items or not _all_numbers(items):
        return None
    result = items[0]
    for item in items[1:]:
        result = multiply(result, item)
    return result if result is None else number(result)


@aggregate("mean")
def mean(frame: Frame, items: list[Any]) -> Any:
    result = total(frame, items)
    return None if result is None else divide(result, len(items))


@aggregate("median")
def median(frame: Frame, items: list[Any]) -> Any:
    if not items or not _all_numbers(items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return number(ARITHMETIC.divide(ARITHMETIC.add(ordered[middle - 1], ordered[middle]), 2))


@aggregate("stddev")
def stddev(frame: Frame, items: list[Any]) -> Any:
    """The sample standard deviation."""
    if len(items) < 2 or not _all_numbers(items):
        return None
    average = ARITHMETIC.divide(sum((Decimal(item) for item in items), Decimal(0)), len(items))
    squares = Decimal(0)
    for item in items:
        difference = ARITHMETIC.subtract(item, average)
        squares = ARITHMETIC.add(squares, ARITHMETIC.multiply(difference, difference))
    return number(ARITHMETIC.sqrt(ARITHMETIC.divide(squares, len(items) - 1)))


@aggregate("mode")
def mode(frame: Frame, items: list[Any]) -> Any:
    if not _all_numbers(items):
        return None
    counts: dict[Any, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    highest = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == highest)


@aggregate("all")
def every(frame: Frame, items: list[Any]) -> bool | None:
    """False as soon as one item is false; null if another is no boolean."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@aggregate("any")
def some(frame: Frame, items: list[Any]) -> bool | None:
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@builtin("sublist", "list: list, start position: number, length?: number?")
def sublist(frame: Frame, items: list[Any], start: Any, length: Any = None) -> list[Any] | None:
    begin = _index(items, start)
    if begin is None or (length is not None and (length != int(length) or length < 0)):
        return None
    end = len(items) if length is None else begin + int(length)
    return items[begin:end] if end <= len(items) else None


@builtin("append", "list: list, item: any...")
def append(frame: Frame, items: list[Any], *more: Any) -> list[Any]:
    return [*items, *more]


@builtin("concatenate", "list: list...")
def concatenate(frame: Frame, *lists: list[Any]) -> list[Any]:
    return [item for items in lists for item in items]


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(frame: Frame, items: list[Any], position: Any, new_item: Any) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else [*items[:index], new_item, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(frame: Frame, items: list[Any], position: Any) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else [*items[:index], *items[index + 1 :]]


@builtin("list replace", "list: list, position: number, newItem: any")
def replace_at(frame: Frame, items: list[Any], position: Any, new_item: Any) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else [*items[:index], new_item, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any")
def replace_matching(frame: Frame, items: list[Any], match: FunctionValue, new_item: Any) -> list[Any] | None:
    replaced = []
    for item in items:
        verdict = invoke(frame, match, [item, new_item])
        if verdict.__class__ is not bool:
            return None
        replaced.append(new_item if verdict else item)
    return replaced


@builtin("reverse", "list: list")
def reverse(frame: Frame, items: list[Any]) -> list[Any]:
    return items[::-1]


@builtin("index of", "list: list, match: any")
def index_of(frame: Frame, items: list[Any], match: Any) -> list[int]:
    charge_steps(frame, len(items))
    return [position for position, item in enumerate(items, 1) if equal(frame, item, match) is True]


@builtin("union", "list: list...")
def union(frame: Frame, *lists: list[Any]) -> list[Any]:
    return list(distinct_values(frame, concatenate(frame, *lists)))


@builtin("distinct values", "list: list")
def distinct_values(frame: Frame, items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    seen: set[Any] = set()
    others: list[Any] = []
    for item in items:
        if item.__class__ in (int, Decimal, str):
            if item not in seen:
                seen.add(item)
                kept.append(item)
            continue
        charge_steps(frame, len(others) + 1)
        if not any(equal(frame, item, other) is True for other in others):
            others.append(item)
            kept.append(item)
    return kept


@builtin("flatten", "list: list")
def flatten(frame: Frame, items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            if item.__class__ is list:
                stack.append(iter(item))
                break
            flat.append(item)
            charge_size(frame, 1)
        else:
            stack.pop()
        charge_steps(frame)
    return flat


def _index(items: list[Any], position: Any) -> int | None:
    """The index of a FEEL position, which must exist; a fraction is cut off."""
    place = int(position)
    if place == 0 or abs(place) > len(items):
        return None
    return place - 1 if place > 0 else len(items) + place
