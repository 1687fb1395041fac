"""The index of a table's constant cells answers what the cells answer one by one."""

from __future__ import annotations

import datetime as py

from hypothesis import given, settings
from hypothesis import strategies as st

import feel
from engine.dmn import load
from tests.engine.dmn.build import data, decision, model, table

CELLS = st.sampled_from(
    [
        "-",
        "< 3",
        "[2..5]",
        "]2..5[",
        "4",
        "not(4)",
        "1, 7",
        "? > 3",
        "v",
        "null",
        "not(null)",
        "true",
        "false",
        '"a"',
        '"a", "b"',
        'not("a")',
        '< "b"',
        '@"2026-01-05"',
        '> @"2026-01-01"',
        '@"P1D"',
        "[1, 2]",
        "not([1..3])",
    ]
)
VALUES: list[object] = [None, 1, 2, 2.5, 4, 7, "a", "b", "c", True, False, [1], [4], [1, 2], {}]
VALUES += [py.date(2026, 1, 5), py.timedelta(days=1)]


@settings(max_examples=120)
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_a_table_holds_exactly_the_rules_whose_cells_pass(cells: list[str]) -> None:
    """Cells of one kind, of several kinds, and cells that only a run can answer."""
    rules = [[cell, str(index)] for index, cell in enumerate(cells)]
    loaded = load(model(data("v"), decision("d", table(["v"], rules, "RULE ORDER"), ["v"])))
    for value in VALUES:
        expected = [
            index for index, cell in enumerate(cells) if feel.compile_unary(cell)(value, {"v": value})
        ]
        assert loaded.decide("d", {"v": value}) == expected
