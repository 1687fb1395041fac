"""Overlaps of UNIQUE tables and gaps, found over the table and checked against trying every value."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import analyse, load
from tests.engine.dmn.build import data, decision, model, table


def findings(
    inputs: list[str], rules: list[list[str]], policy: str = "UNIQUE", **options: object
) -> list[str]:
    """Codes and English sentences."""
    logic = table(inputs, rules, policy, **options)  # type: ignore[arg-type]
    loaded = load(model(*map(data, inputs), decision("d", logic, inputs)))
    return [f"{one.code}: {one.en}" for one in analyse(loaded)]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([["< 18", "1"], [">= 18", "2"]], []),
        ([["<= 18", "1"], [">= 18", "2"]], ["dmn.overlap: Rules 1 and 2 both hold when x = 18."]),
        ([["< 18", "1"], ["> 18", "2"]], ["dmn.gap: No rule holds when x = 18."]),
        ([["[0..10]", "1"]], ["dmn.gap: No rule holds when x < 0.", "dmn.gap: No rule holds when x > 10."]),
        ([["not(5)", "1"], ["5", "2"]], []),
        ([["-", "1"], ["5", "2"]], ["dmn.overlap: Rules 1 and 2 both hold when x = 5."]),
        ([["true", "1"], ["false", "2"]], []),
        ([["true", "1"]], ["dmn.gap: No rule holds when x = false."]),
        ([['< date("2025-07-01")', "1"], ['>= @"2025-07-01"', "2"]], []),
        ([['"a", "b"', "1"], ['"b"', "2"], ["-", "3"]], None),
        ([["y", "1"], ["5", "2"]], None),
    ],
)
def test_a_column_without_holes_or_doubles_is_silent(
    rules: list[list[str]], expected: list[str] | None
) -> None:
    """Intervals, values and negations of one column; rules that read variables are left out."""
    found = findings(["x"], rules)
    if expected is None:
        assert not any("gap" in one for one in found)
    else:
        assert found == expected


def test_input_values_say_what_can_come() -> None:
    """No gap beyond the values an input may have."""
    rules = [['"a"', "1"], ['"b"', "2"]]
    assert findings(["x"], rules, input_values=['"a", "b"']) == []
    assert len(findings(["x"], rules, input_values=['"a", "b", "c"'])) == 1
    assert findings(["x"], [["< 5", "1"], ["[5..10]", "2"]], input_values=["[0..10]"]) == []


def test_any_may_overlap_where_its_outputs_agree() -> None:
    """ANY wants equal outputs, FIRST minds nothing."""
    assert findings(["x"], [["-", "1"], ["5", "1"]], "ANY") == []
    assert findings(["x"], [["-", "1"], ["5", "2"]], "ANY") != []
    assert findings(["x"], [["-", "1"], ["5", "2"]], "FIRST") == []


def test_a_default_output_closes_every_gap() -> None:
    """What no rule takes has an answer."""
    assert findings(["x"], [["5", "1"]], default="0") == []


NUMBER_CELLS = st.sampled_from(
    ["-", "< 3", "<= 3", "> 6", "[2..5]", "(2..5)", "4", "not(4)", "1, 7", "not(> 6)", "[3..3]"]
)
FLAG_CELLS = st.sampled_from(["-", "true", "false", "not(true)"])
POINTS = [number / 2 for number in range(-1, 18)]


@settings(max_examples=150)
@given(st.lists(st.tuples(NUMBER_CELLS, FLAG_CELLS), min_size=1, max_size=5))
def test_the_analysis_agrees_with_trying_every_value(cells: list[tuple[str, str]]) -> None:
    """An overlap or a gap is reported exactly if some pair of inputs shows it."""
    rules = [[number, flag, str(index)] for index, (number, flag) in enumerate(cells)]
    inputs = ["x", "y"]
    unique = load(model(*map(data, inputs), decision("d", table(inputs, rules), inputs)))
    every = load(model(*map(data, inputs), decision("d", table(inputs, rules, "RULE ORDER"), inputs)))
    hits = [every.decide("d", {"x": x, "y": y}) for x in POINTS for y in (True, False)]
    pairs = {pair for hit in hits for pair in combinations(hit, 2)}
    found = analyse(unique)
    assert len([one for one in found if one.code == "dmn.overlap"]) == len(pairs)
    assert any(one.code == "dmn.gap" for one in found) == any(not hit for hit in hits)
