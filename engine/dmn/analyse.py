"""Decision tables judged without running them: rules that overlap where they must not, inputs that no rule takes.

Every column is cut into regions (`grid`); a rule is a box of regions, so that an overlap is two boxes that share a
cell, and a gap a cell in no box. Rules with a cell that reads variables are left out of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.dmn.findings import Finding
from engine.dmn.grid import Grid, grid_of, indexes
from engine.dmn.model import Model
from engine.dmn.table import Column, Table
from feel.builtins.conversion import text_of
from feel.constant import ConstantTests

MAX_BOXES = 50_000
MAX_REPORTED = 20


def analyse(model: Model) -> list[Finding]:
    """All findings of the publication gate: what does not compile, unknown names, overlaps, gaps, unused outputs."""
    findings = [*model.problems, *dict.fromkeys(model.doubts)]
    for decision in model.decisions.values():
        if decision.run is None:
            findings.append(
                Finding(
                    decision.id, "dmn.no_logic", f"Quyết định “{decision.name}” chưa có nội dung.",
                    f"The decision “{decision.name}” has no logic.", "warning",
                )
            )  # fmt: skip
        if decision.table is not None:
            findings += table_findings(decision.table)
    return findings


def table_findings(table: Table) -> list[Finding]:
    """Overlaps and gaps of one table."""
    grids = [_analysed(column) for column in table.columns]
    known = [grid for grid in grids if grid is not None]
    if len(known) < len(grids) or not table.rule_ids:
        return []
    dynamic = 0
    for column in table.columns:
        dynamic |= column.dynamic
    return [*_overlaps(table, known, dynamic), *([] if dynamic else _gaps(table, known))]


def _analysed(column: Column) -> Grid | None:
    """The column's grid; for a column of only `-` a grid of one region."""
    if column.grid is not None:
        return column.grid
    constants: list[ConstantTests | None] = [None if cell is None else cell.constant for cell in column.cells]
    plain = all(constant is None or not constant.ranges for constant in constants)
    return grid_of(constants, "anything") if plain else None


# -- overlaps ---------------------------------------------------------------------------------------------------


def _overlaps(table: Table, grids: Sequence[Grid], dynamic: int) -> list[Finding]:
    """Pairs that can hold together: an error under UNIQUE; under ANY where their outputs differ."""
    if table.hit_policy not in ("UNIQUE", "ANY"):
        return []
    boxes = _boxes(table, grids)
    known = ((1 << len(table.rule_ids)) - 1) & ~dynamic
    findings: list[Finding] = []
    accepting: dict[tuple[int, int], int] = {}  # rules that share a region, by column and regions
    for first, box in enumerate(boxes):
        others = known & (-2 << first) if known >> first & 1 else 0
        for column, regions in enumerate(box):
            if others and (column, regions) not in accepting:
                accepting[column, regions] = _rules_in(grids[column], regions)
            others &= accepting.get((column, regions), 0)
        for second in indexes(others):
            if table.hit_policy == "ANY" and _same_outputs(table, first, second):
                continue
            shared = [one & other for one, other in zip(box, boxes[second], strict=True)]
            findings.append(_overlap(table, grids, first, second, shared))
            if len(findings) >= MAX_REPORTED:
                return findings
    return findings


def _boxes(table: Table, grids: Sequence[Grid]) -> list[list[int]]:
    """For every rule the regions of each column that its cell accepts, as bit masks; where no input falls, none."""
    boxes = [[0] * len(grids) for _ in table.rule_ids]
    for column, grid in enumerate(grids):
        possible = _allowed_regions(table.columns[column], grid)
        everywhere = sum(1 << region for region in possible)
        always = table.columns[column].open
        for rule in indexes(always):
            boxes[rule][column] = everywhere
        for region in possible:
            for rule in indexes(grid.regions[region] & ~always):
                boxes[rule][column] |= 1 << region
    return boxes


def _rules_in(grid: Grid, regions: int) -> int:
    """The rules that accept some value of these regions."""
    rules = 0
    for region in indexes(regions):
        rules |= grid.regions[region]
    return rules


def _overlap(table: Table, grids: Sequence[Grid], first: int, second: int, shared: list[int]) -> Finding:
    example = _words(table, grids, [(mask & -mask).bit_length() - 1 for mask in shared])
    return Finding(
        table.rule_ids[second],
        "dmn.overlap",
        f"Luật {first + 1} và luật {second + 1} cùng đúng khi {example}.",
        f"Rules {first + 1} and {second + 1} both hold when {example}.",
    )


def _same_outputs(table: Table, first: int, second: int) -> bool:
    def texts(rule: int) -> list[str | None]:
        return [None if entry is None else entry.text for entry in table.entries[rule]]

    return texts(first) == texts(second)


# -- gaps -------------------------------------------------------------------------------------------------------


def _gaps(table: Table, grids: Sequence[Grid]) -> list[Finding]:
    """Combinations of inputs that no rule takes; a table with default outputs has none."""
    if any(output.default is not None for output in table.outputs):
        return []
    found: list[list[int]] = []
    visited = 0
    allowed = [_allowed_regions(column, grid) for column, grid in zip(table.columns, grids, strict=True)]
    stack: list[tuple[list[int], int]] = [([], (1 << len(table.rule_ids)) - 1)]
    while stack and len(found) < MAX_REPORTED:
        prefix, rules = stack.pop()
        visited += 1
        if visited > MAX_BOXES:
            return [*(_gap(table, grids, gap) for gap in found), _too_large(table)]
        if not rules:
            found.append(prefix)
            continue
        if len(prefix) == len(grids):
            continue
        at = len(prefix)
        ways: dict[int, int] = {}  # one region for each set of rules left; every region that leaves none
        for region in allowed[at]:
            left = grids[at].regions[region] & rules
            ways.setdefault(left or -1 - region, region)
        stack.extend(([*prefix, region], max(left, 0)) for left, region in reversed(ways.items()))
    return [_gap(table, grids, gap) for gap in found]


def _gap(table: Table, grids: Sequence[Grid], gap: list[int]) -> Finding:
    example = _words(table, grids, gap)
    return Finding(
        table.id,
        "dmn.gap",
        f"Không có luật nào cho trường hợp {example}.",
        f"No rule holds when {example}.",
        "warning",
    )


def _allowed_regions(column: Column, grid: Grid) -> list[int]:
    """The regions that inputs can fall into: those of the offered values, where they are known."""
    everything = grid.real()
    if column.offered is None or column.offered.constant is None:
        return everything
    limits = grid_of([*(None for _ in column.cells), column.offered.constant])
    if limits is None or limits.kind != grid.kind:
        return everything
    return [region for region in everything if _within(column, grid, limits, region)]


def _within(column: Column, grid: Grid, limits: Grid, region: int) -> bool:
    """Whether some allowed value lies in the region."""
    bit = 1 << len(column.cells)
    if region % 2:
        return bool((limits.rules_at(grid.labels[region // 2]) or 0) & bit)
    low = grid.points[region // 2 - 1] if region else None
    high = grid.points[region // 2] if region // 2 < len(grid.points) else None
    for position, rules in enumerate(limits.regions):
        if not rules & bit:
            continue
        start = limits.points[(position - 1) // 2] if position else None
        end = limits.points[position // 2] if position // 2 < len(limits.points) else None
        if position % 2:
            start = end = limits.points[position // 2]
            inside = (low is None or start > low) and (high is None or start < high)
        else:
            inside = (low is None or end is None or end > low) and (
                high is None or start is None or start < high
            )
        if inside:
            return True
    return False


# -- words ------------------------------------------------------------------------------------------------------


def _words(table: Table, grids: Sequence[Grid], regions: Sequence[int]) -> str:
    parts = [
        f"{column.label} {_region_words(grid, region)}"
        for column, grid, region in zip(table.columns, grids, regions, strict=False)
        if len(grid.regions) > 1
    ]
    return ", ".join(parts) or "-"


def _region_words(grid: Grid, region: int) -> str:
    if region % 2:
        return f"= {_literal(grid.labels[region // 2])}"
    if grid.kind == "string" and len(set(grid.regions[::2])) == 1:  # no cell asks for an order
        return "not in (" + ", ".join(_literal(label) for label in grid.labels[:5]) + ")"
    low = f"> {_literal(grid.labels[region // 2 - 1])}" if region else ""
    high = f"< {_literal(grid.labels[region // 2])}" if region // 2 < len(grid.labels) else ""
    return " and ".join(part for part in (low, high) if part)


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else text_of(value)


def _too_large(table: Table) -> Finding:
    return Finding(
        table.id, "dmn.table_too_large", "Bảng quá lớn nên chưa soát hết chỗ chồng lấn và chỗ trống.",
        "The table is too large to be searched for every overlap and gap.", "warning",
    )  # fmt: skip
