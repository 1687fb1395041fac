"""FEEL against oracles: Python's decimal, datetime, sorting and re."""

from __future__ import annotations

import calendar
import datetime as py
import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from hypothesis import given
from hypothesis import strategies as st

import feel
from feel.pattern_machine import assemble, find
from feel.pattern_syntax import parse

NUMBERS = st.one_of(st.integers(-(10**12), 10**12), st.decimals(-(10**9), 10**9, allow_nan=False, places=6))
ORACLE = Context(prec=34, rounding=ROUND_HALF_EVEN)


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_decimal128(one: int | Decimal, other: int | Decimal) -> None:
    """The four operations agree with a 34-digit half-even context; division by zero is null."""
    context = {"a": one, "b": other}
    assert feel.compile("a + b")(context) == ORACLE.add(Decimal(one), Decimal(other))
    assert feel.compile("a - b")(context) == ORACLE.subtract(Decimal(one), Decimal(other))
    assert feel.compile("a * b")(context) == ORACLE.multiply(Decimal(one), Decimal(other))
    expected = ORACLE.divide(Decimal(one), Decimal(other)) if other else None
    assert feel.compile("a / b")(context) == expected
    assert feel.compile("a < b")(context) is (one < other)


@given(st.dates(), st.integers(-3000, 3000))
def test_days_are_added_as_the_calendar_counts(date: py.date, days: int) -> None:
    """Adding and subtracting day durations agrees with datetime."""
    context = {"d": date, "n": py.timedelta(days=days)}
    try:
        expected = date + py.timedelta(days=days)
    except OverflowError:
        return
    assert feel.compile("d + n")(context) == expected
    assert feel.compile("(d + n) - d")(context) == py.timedelta(days=days)
    assert feel.compile("d.weekday")(context) == date.isoweekday()
    assert feel.compile("week of year(d)")(context) == date.isocalendar().week


@given(
    st.one_of(st.dates(), st.datetimes(), st.times(), st.timedeltas(py.timedelta(-9999), py.timedelta(9999)))
)
def test_temporals_survive_their_text(moment: object) -> None:
    """to_json writes what from_json reads."""
    assert feel.from_json(feel.to_json(moment)) == moment


@given(st.lists(st.integers(-50, 50), max_size=30))
def test_lists_are_sorted_and_reduced_as_python_does(items: list[int]) -> None:
    """sort, distinct values, min, sum, flatten of one level and filters agree with Python."""
    context = {"l": items}
    assert feel.compile("sort(l, function(a, b) a < b)")(context) == sorted(items)
    assert feel.compile("distinct values(l)")(context) == list(dict.fromkeys(items))
    assert feel.compile("sum(l)")(context) == (sum(items) if items else None)
    assert feel.compile("l[item > 3]")(context) == [item for item in items if item > 3]
    assert feel.compile("flatten(for i in l return [i, [i]])")(context) == [
        i for item in items for i in (item, item)
    ]


@given(st.text(max_size=40))
def test_any_text_survives_as_a_literal(text: str) -> None:
    """A quoted literal gives back its text."""
    literal = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert feel.compile(literal)({}) == text


@given(st.text(alphabet="abc+-*/()[]{}.,:<>=\"' 12?@nulltrefiso", max_size=30))
def test_any_text_is_compiled_or_refused(text: str) -> None:
    """Nothing but FeelError comes out of compiling, nothing but values and budget errors out of running."""
    try:
        feel.compile(text)({"a": 1, "b": [1, {"c": 2}]})
        feel.compile_unary(text)
    except feel.FeelError:
        pass


PIECES = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("({0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["?", "{1,2}", "{2}"])).map("({0[0]}){0[1]}".format),
        st.tuples(st.sampled_from("ab."), st.sampled_from(["*", "+", "*?", "+?"])).map("".join),
    ),
    max_leaves=6,
)


@given(PIECES, st.text(alphabet="abc1", max_size=8))
def test_the_pattern_machine_finds_what_re_finds(pattern: str, text: str) -> None:
    """The linear machine and the backtracking matcher agree on the match and on every group."""
    parsed = parse(pattern, dot_all=False, multiline=False, spaced=False)
    expected = re.search(parsed.source, text)
    found = find([None, None, None], assemble(parsed, 0), text, 0)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found[:2] == list(expected.span())


@given(st.dates(), st.integers(-1200, 1200))
def test_months_are_added_to_the_last_day_there_is(date: py.date, months: int) -> None:
    """31 January and a month is the end of February; whole months between two dates count towards zero."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return
    expected = py.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))
    added = f'd + @"{"-" if months < 0 else ""}P{abs(months)}M"'
    assert feel.compile(added)({"d": date}) == expected


ROUNDING = {
    "decimal": ROUND_HALF_EVEN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}


@given(NUMBERS, st.integers(-3, 6), st.sampled_from(sorted(ROUNDING)))
def test_numbers_are_rounded_as_decimal_rounds_them(number: int | Decimal, scale: int, name: str) -> None:
    """DMN 1.5 table 77: seven ways, also to tens and hundreds."""
    expected = Decimal(number).quantize(Decimal(1).scaleb(-scale), ROUNDING[name], Context(prec=60))
    assert feel.compile(f"{name}(n, s)")({"n": number, "s": scale}) == expected


ENDS = st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans(), st.booleans()).filter(
    lambda r: r[0] < r[1]
)
# Each end as a number of halves: an open end lies a half inside.
RELATIONS = {
    "before": lambda a, b: a[1] < b[0],
    "after": lambda a, b: a[0] > b[1],
    "overlaps": lambda a, b: a[0] <= b[1] and a[1] >= b[0],
    "includes": lambda a, b: a[0] <= b[0] and a[1] >= b[1],
    "during": lambda a, b: a[0] >= b[0] and a[1] <= b[1],
    "coincides": lambda a, b: a == b,
    "starts": lambda a, b: a[0] == b[0] and a[1] <= b[1],
    "finishes": lambda a, b: a[1] == b[1] and a[0] >= b[0],
}


@given(ENDS, ENDS, st.sampled_from(sorted(RELATIONS)))
def test_ranges_relate_as_the_points_in_them_do(one: tuple, other: tuple, name: str) -> None:  # type: ignore[type-arg]
    """DMN 1.5 table 78, with open and closed ends."""
    written = [f"{'[' if r[2] else '('}{r[0]}..{r[1]}{']' if r[3] else ')'}" for r in (one, other)]
    left, right = ((2 * r[0] + (not r[2]), 2 * r[1] - (not r[3])) for r in (one, other))
    assert feel.compile(f"{name}({written[0]}, {written[1]})")({}) is RELATIONS[name](left, right)
