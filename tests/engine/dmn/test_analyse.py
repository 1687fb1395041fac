"""Overlaps of UNIQUE tables and gaps, found over the table and checked against trying every value."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

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
        ([['<= @"2025-06-30"', "1"], ['>= @"2025-07-01"', "2"]], []),
        ([["not(true)", "1"], ["not(false)", "2"]], []),
        ([['<= @"P1Y"', "1"], ['>= @"P13M"', "2"]], []),
        (
            [['< "b"', "1"], ['>= "c"', "2"]],
            [
                'dmn.gap: No rule holds when x = "b".',
                'dmn.gap: No rule holds when x > "b" and < "c".',
            ],
        ),
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


KIND = '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>'


@pytest.mark.parametrize("rules", [[['"a"', "1"], ['"b"', "2"]], [['not("a")', "1"], ['not("b")', "2"]]])
def test_the_allowed_values_of_a_type_say_what_can_come(rules: list[list[str]]) -> None:
    """An enumeration is covered by its values, and its values alone can overlap."""
    typed = model(KIND, data("x", "tKind"), decision("d", table(["x"], rules), ["x"]))
    assert analyse(load(typed)) == []
    untyped = model(data("x"), decision("d", table(["x"], rules), ["x"]))
    assert analyse(load(untyped)) != []


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
FLAG_CELLS = st.sampled_from(["-", "true", "false", "not(true)", "not(false)"])
DATE_CELLS = st.sampled_from(
    [
        "-",
        '@"2025-07-01"',
        '<= @"2025-06-30"',
        '> @"2025-06-30"',
        '(@"2025-06-30"..@"2025-07-02")',
        'not(@"2025-06-30")',
    ]
)
TEXT_CELLS = st.sampled_from(["-", '"a"', '"a", "b"', 'not("a")', 'not("a", "b")', '< "b"', '["a".."c"]'])
NUMBERS = [number / 2 for number in range(-1, 18)]
FLAGS = [True, False]
DAYS = [date(2025, 6, 28) + timedelta(days) for days in range(7)]
TEXTS = ["", "a", "aa", "b", "bb", "c", "d"]
COLUMNS = st.sampled_from(
    [
        (NUMBER_CELLS, NUMBERS, FLAG_CELLS, FLAGS),
        (DATE_CELLS, DAYS, FLAG_CELLS, FLAGS),
        (TEXT_CELLS, TEXTS, DATE_CELLS, DAYS),
    ]
)


@settings(max_examples=200)
@given(st.data(), COLUMNS)
def test_the_analysis_agrees_with_trying_every_value(drawn: st.DataObject, columns: Any) -> None:
    """An overlap or a gap is reported exactly if some pair of inputs shows it."""
    first, ones, second, others = columns
    cells = drawn.draw(st.lists(st.tuples(first, second), min_size=1, max_size=5))
    rules = [[one, other, str(index)] for index, (one, other) in enumerate(cells)]
    inputs = ["x", "y"]
    unique = load(model(*map(data, inputs), decision("d", table(inputs, rules), inputs)))
    every = load(model(*map(data, inputs), decision("d", table(inputs, rules, "RULE ORDER"), inputs)))
    hits = [every.decide("d", {"x": x, "y": y}) for x in ones for y in others]
    pairs = {pair for hit in hits for pair in combinations(hit, 2)}
    found = analyse(unique)
    assert len([one for one in found if one.code == "dmn.overlap"]) == len(pairs)
    assert any(one.code == "dmn.gap" for one in found) == any(not hit for hit in hits)
