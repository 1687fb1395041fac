"""The language itself: operators, names, scopes, three-valued logic (DMN 1.5 §10.3.2)."""

from __future__ import annotations

import datetime as py
from decimal import Decimal

import pytest

import feel
from tests.feel.given import same, value

TABLE = [
    # arithmetic: decimal128, power is left-associative and binds less than the minus sign
    ("1 + 2 * 3", "7"),
    ("0.1 + 0.2", "0.3"),
    ("1 / 3", "0.3333333333333333333333333333333333"),
    ("2 / 3", "0.6666666666666666666666666666666667"),
    ("-5 ** 2", "25"),
    ("2 ** 3 ** 2", "64"),
    ("1 / 0", "null"),
    ('1 + "1"', "null"),
    ('"foo" + "bar"', '"foobar"'),
    # comparison and three-valued logic
    ("1 = 1.0", "true"),
    ('1 = "1"', "null"),
    ("null = null", "true"),
    ("1 = null", "false"),
    ("null < 1", "null"),
    ("true and null", "null"),
    ("false and null", "false"),
    ("true or null", "true"),
    ('false or "text"', "null"),
    ("not(null)", "null"),
    ("5 between 1 and 10", "true"),
    ("5 between 1 and null", "null"),
    ("{a: 1, b: [2]} = {b: [2], a: 1}", "true"),
    # ranges and membership
    ("5 in [1..5]", "true"),
    ("5 in [1..5)", "false"),
    ("5 in ]1..5[", "false"),
    ("5 in (< 3, > 4)", "true"),
    ("5 in [1, [4..6]]", "true"),
    ("5 in [1..null]", "null"),
    ("5 in (null, 5)", "true"),
    ("for i in [2..1] return i", "null"),
    ("for i in 2..1 return i", "[2, 1]"),
    ("10^2", "100"),
    ("for i in 1..3 return partial", "[[], [[]], [[], [[]]]]"),
    ("for i in 1..2 return {before: partial}", "[{before: []}, {before: [{before: []}]}]"),
    ("[1..10[.end included", "false"),
    ("(> 5).end", "null"),
    ("(1..5] = ]1..5]", "true"),
    # filters, paths and their scopes
    ("[1, 2, 3][item > 1]", "[2, 3]"),
    ("[1, 2, 3][-1]", "3"),
    ("[1, 2, 3][0]", "null"),
    ("[{a: 1}, {a: 2}][a > 1].a", "[2]"),
    ("[{item: 1}, {item: 5}][item > 2]", "[{item: 5}]"),
    ("{a: 9, b: [{a: 1}, {a: 2}][a = 2]}.b.a", "[2]"),
    ("100[1]", "100"),
    ("null[1]", "null"),
    ("[[1], [2]][item[1] = 2]", "[[2]]"),
    # contexts
    ("{a: 1, b: a + 1, c: {d: a + b}}.c.d", "3"),
    ('{"a b": 1}.a b', "1"),
    ("{đơn vị: 2, b: đơn vị * 2}.b", "4"),
    # loops
    ("for i in 1..3, j in i..3 return i * j", "[1, 2, 3, 4, 6, 9]"),
    ("for i in 3..1 return i", "[3, 2, 1]"),
    ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
    ('for d in @"2024-02-28"..@"2024-03-01" return d.day', "[28, 29, 1]"),
    ("some x in [1, 2] satisfies x > 1", "true"),
    ("every x in [1, null] satisfies x > 0", "null"),
    ("some x in [] satisfies x", "false"),
    # functions
    ("(function(a, b) a - b)(b: 1, a: 5)", "4"),
    ("(function(x) function(y) x + y)(1)(2)", "3"),
    ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", "120"),
    ('(function(a: number) a)("x")', "null"),
    ("(function(a) a)(1, 2)", "null"),
    # conditionals: only true is true
    ('if "a" then 1 else 2', "2"),
    # types
    ("1 instance of number", "true"),
    ("null instance of Any", "false"),
    ("[1, null] instance of list<number>", "true"),
    ('{a: "x"} instance of context<a: string, b: number>', "false"),
    ("[1..2] instance of range<number>", "true"),
    ("(function(a) a) instance of function<Any> -> Any", "true"),
    # text
    (r'"\u0041\"\\"', '"A" + "\\"" + "\\\\"'),
    (r'string length("\ud83d\ude00")', "1"),
    ("1 /* one */ + 1 // two", "2"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_an_expression_has_the_value_the_specification_gives(text: str, expected: str) -> None:
    """Each line of the table is one rule of chapter 10."""
    assert same(text, expected), value(text)


def test_a_known_name_wins_over_an_operator_by_longest_match() -> None:
    """`a - b` is one variable where the caller says so, and two otherwise."""
    assert feel.compile("a - b", ["a - b"])({"a - b": 7}) == 7
    assert feel.compile("a - b")({"a": 9, "b": 2}) == 7
    assert feel.compile("thời hạn (ngày) + 1", ["thời hạn (ngày)"])({"thời hạn (ngày)": 5}) == 6


def test_numbers_are_never_floats() -> None:
    """A float of a context is read as its shortest decimal; results are int or Decimal."""
    result = feel.compile("x + 0.2")({"x": 0.1})
    assert result == Decimal("0.3")
    assert type(feel.compile("10 / 4")({})) is Decimal
    assert type(feel.compile("10 / 5")({})) is int
    assert feel.compile("x")({"x": float("nan")}) is None


def test_python_dates_go_in_and_come_out() -> None:
    """Dates, times and durations are Python's own at both edges."""
    context = {"filed": py.date(2026, 1, 30), "at": py.datetime(2026, 1, 5, 7, 0, tzinfo=py.UTC)}
    assert feel.compile('filed + duration("P1M")')(context) == py.date(2026, 2, 28)
    assert feel.compile('at + duration("PT90M")')(context) == py.datetime(2026, 1, 5, 8, 30, tzinfo=py.UTC)
    assert feel.compile("date(at) - filed")(context) == py.timedelta(days=-25)


def test_now_and_today_are_the_callers() -> None:
    """feel reads no clock: without `now` both are null; as variables they are moments."""
    moment = py.datetime(2026, 1, 5, 8, 30, tzinfo=py.UTC)
    assert feel.compile("now()")({}, now=moment) == moment
    assert feel.compile("today()", ["today"])({"today": 1}, now=moment) == py.date(2026, 1, 5)
    assert feel.compile("today()")({}) is None
    assert feel.compile("today")({"today": py.date(2026, 1, 5)}) == py.date(2026, 1, 5)
    assert feel.compile("today.year")({}, now=moment) == 2026


def test_an_expression_knows_what_it_reads() -> None:
    """Free names and dotted paths; local names and entries of filtered items are none."""
    expression = feel.compile("dossier.fee.total > limit and count(for i in list return i.x) > 0")
    assert expression.names == {"dossier", "limit", "list"}
    assert expression.paths == {("dossier", "fee", "total"), ("limit",), ("list",)}


def test_unknown_names_are_found_without_running() -> None:
    """`problems` takes the known names as nested mappings; None means that any member will do."""
    expression = feel.compile("dossier.fee > 1\n and dosier.x = answers.f.any")
    found = expression.problems({"dossier": {"fees": None}, "answers": None})
    assert [(problem.name, problem.line, problem.column) for problem in found] == [
        ("dossier.fee", 1, 1),
        ("dosier", 2, 6),
    ]
    assert "dosier" in found[1].sentence_vi


def test_a_call_that_can_only_be_null_is_a_problem() -> None:
    """FEEL allows the wrong number of arguments; a designer should hear of it."""
    expression = feel.compile("count(1, 2, 3, 4)")
    assert expression({}) is None
    assert [problem.code for problem in expression.problems({})] == ["feel.always_null"]


REFUSED = [
    ("1 +", "feel.syntax", 1, 4),
    ("(1", "feel.syntax", 1, 3),
    ("[1..2", "feel.syntax", 1, 6),
    ("a\n+ + )", "feel.syntax", 2, 3),
    ('"open', "feel.syntax", 1, 1),
    ("/* open", "feel.syntax", 1, 1),
    ("1 ¤ 2", "feel.syntax", 1, 3),
    ("{a: 1, a: 2}", "feel.syntax", 1, 13),
    ("launch(1)", "feel.unknown_function", 1, 1),
    ('function(a) external {java: {class: "java.lang.Runtime"}}', "feel.external_function", 1, 1),
    ("", "feel.syntax", 1, 1),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED)
def test_a_text_that_cannot_be_read_is_refused_with_its_place(
    text: str, code: str, line: int, column: int
) -> None:
    """The refusal says in both languages what was expected, and where."""
    with pytest.raises(feel.FeelError) as refusal:
        feel.compile(text)
    error = refusal.value
    assert (error.code, error.line, error.column) == (code, line, column), error
    assert error.sentence_vi
    assert error.sentence_en


UNARY = [
    ("-", None, True),
    ('"a", "b"', "b", True),
    ('not("a", "b")', "b", False),
    ("[18..60]", 60, True),
    ("< 5, > 9", 7, False),
    ("? * 2 > 10", 6, True),
    ("not(? > 3)", 2, True),
    ("5", "5", False),
    ("null", None, True),
    ("5", None, False),
    ("limits.low", 3, True),
    (">= limits.low", 3, True),
    ("[1, 2, 3]", 3, True),
    ('date("2026-01-01")', py.date(2026, 1, 1), True),
    ("true", False, False),
    ('contains(?, "x")', "axb", True),
    ("5", [5], True),
    ("> 5 and < 10", 7, True),
    ("> 5 and < 10", 11, False),
    ("[1..3] or [7..9]", 8, True),
]


@pytest.mark.parametrize(("text", "given", "expected"), UNARY)
def test_a_cell_of_a_decision_table_tests_its_input(text: str, given: object, expected: bool) -> None:
    """Unary tests, DMN 1.5 table 55."""
    assert feel.compile_unary(text, ["limits"])(given, {"limits": {"low": 3}}) is expected


def test_json_goes_out_and_comes_back() -> None:
    """Temporals are ISO 8601 texts in JSON."""
    original = {"d": py.date(2026, 1, 5), "n": [Decimal("1.5"), None], "t": py.timedelta(days=1), "s": "P"}
    written = feel.to_json(original)
    assert written == {"d": "2026-01-05", "n": [Decimal("1.5"), None], "t": "P1D", "s": "P"}
    assert feel.from_json(written) == original
