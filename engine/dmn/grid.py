"""The cells of one column laid on a line: points and the gaps between them, each with the set of rules it meets.

A column's constants cut its kind of value (numbers, text, dates, …) into regions: below the first point, each point,
between points, above the last. Rule sets are bit masks. The table's index and the gate's analysis read the same grid.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from feel import Range
from feel.constant import ConstantTests
from feel.temporal import Date, Duration, YearsMonths

# Kinds whose FEEL order is the order of one Python key. Times and moments compare across zones: left to evaluation.
_KEYS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    int: ("number", lambda value: value),
    Decimal: ("number", lambda value: value),
    str: ("string", lambda value: value),
    bool: ("boolean", int),
    Date: ("date", lambda value: value.ordinal),
    Duration: ("duration", lambda value: value.nanos),
    YearsMonths: ("months", lambda value: value.months),
}


@dataclass(frozen=True, slots=True)
class Grid:
    """`points` in order; `regions[2 * i + 1]` is point i, `regions[2 * i]` the gap below it."""

    kind: str
    points: tuple[Any, ...]
    labels: tuple[Any, ...]  # the points as FEEL values
    regions: tuple[int, ...]

    def real(self) -> list[int]:
        """The regions that some value lies in: nothing lies between one day and the next, nor beside true and false."""
        if self.kind == "boolean":
            return [1, 3]
        gaps = range(0, len(self.regions), 2)
        empty: set[int] = set()
        if self.kind in ("date", "months"):
            empty = {gap for gap in gaps[1:-1] if self.points[gap // 2 - 1] + 1 == self.points[gap // 2]}
        if self.kind == "string" and self.points[:1] == ("",):
            empty = {0}
        return [region for region in range(len(self.regions)) if region not in empty]

    def rules_at(self, value: Any) -> int | None:
        """The rules whose cell accepts `value`; None where the grid cannot tell (another kind, null, a list)."""
        known = _KEYS.get(value.__class__)
        if known is None or known[0] != self.kind:
            return None
        key = known[1](value)
        at = bisect_left(self.points, key)
        return self.regions[2 * at + 1 if at < len(self.points) and self.points[at] == key else 2 * at]


def grid_of(cells: Sequence[ConstantTests | None], kind: str | None = None) -> Grid | None:
    """The grid of a column, dynamic cells (None) in no region; None where constants are of several kinds or no
    kind the grid knows. `kind` is what an all-`-` column holds."""
    kinds = {kind} if kind else set()
    keyed: dict[Any, Any] = {}
    for cell in cells:
        for interval in cell.ranges if cell else ():
            for end in (interval.start, interval.end):
                if end is None:
                    continue
                known = _KEYS.get(end.__class__)
                if known is None:
                    return None
                kinds.add(known[0])
                keyed[known[1](end)] = end
    if len(kinds) != 1:
        return None
    if "boolean" in kinds:
        keyed = {0: False, 1: True}
    points = sorted(keyed)
    regions = [0] * (2 * len(points) + 1)
    for rule, cell in enumerate(cells):
        if cell is not None:
            for region in _regions(cell, points):
                regions[region] |= 1 << rule
    return Grid(kinds.pop(), tuple(points), tuple(keyed[point] for point in points), tuple(regions))


def _regions(cell: ConstantTests, points: list[Any]) -> set[int]:
    covered: set[int] = set()
    for interval in cell.ranges:
        covered.update(range(*_span(interval, points)))
    return set(range(2 * len(points) + 1)) - covered if cell.negated else covered


def _span(interval: Range, points: list[Any]) -> tuple[int, int]:
    """The regions of one interval as a half-open span."""
    low, high = 0, 2 * len(points) + 1
    if interval.start is not None:
        low = 2 * points.index(_KEYS[interval.start.__class__][1](interval.start)) + 1
        low += not interval.start_included
    if interval.end is not None:
        high = 2 * points.index(_KEYS[interval.end.__class__][1](interval.end)) + 1
        high += interval.end_included
    return low, max(low, high)


def indexes(mask: int) -> list[int]:
    """The positions of the bits that are set, from the lowest."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found
