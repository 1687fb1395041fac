"""Decisions: hit policies, the graph, boxed expressions, types (DMN 1.5 §6-§8, §10.2)."""

from __future__ import annotations

import datetime as py
from typing import Any

import pytest

from engine.dmn import load
from feel import Budget, BudgetExceeded
from tests.engine.dmn.build import data, decision, literal, model, table

RULES = [["< 10", '"low"'], ["< 20", '"mid"'], ["[5..30)", '"low"'], ["> 40", '"high"']]


def decide_table(value: object, policy: str, rules: list[list[str]] | None = None, **options: Any) -> Any:
    """One table over `x`."""
    xml = model(data("x"), decision("d", table(["x"], rules or RULES, policy, **options), ["x"]))
    return load(xml).decide("d", {"x": value})


@pytest.mark.parametrize(
    ("policy", "value", "expected"),
    [
        ("UNIQUE", 25, "low"),
        ("UNIQUE", 7, None),
        ("UNIQUE", 35, None),
        ("ANY", 25, "low"),
        ("ANY", 7, None),
        ("FIRST", 7, "low"),
        ("FIRST", 15, "mid"),
        ("PRIORITY", 15, "mid"),
        ("PRIORITY", 41, "high"),
        ("OUTPUT ORDER", 7, ["mid", "low", "low"]),
        ("RULE ORDER", 7, ["low", "mid", "low"]),
        ("COLLECT", 15, ["mid", "low"]),
        ("COLLECT", 35, []),
        ("F", 15, "mid"),
    ],
)
def test_a_hit_policy_chooses_among_the_rules_that_hold(policy: str, value: int, expected: object) -> None:
    """DMN 1.5 §8.2.10."""
    assert decide_table(value, policy, output_values='"high", "mid", "low"') == expected


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_collect_aggregates(aggregation: str, expected: int) -> None:
    """DMN 1.5 §8.2.11."""
    rules = [["-", "1"], ["> 0", "2"], ["< 9", "3"], ["> 9", "100"]]
    assert decide_table(5, "COLLECT", rules, aggregation=aggregation) == expected


def test_a_default_output_answers_where_no_rule_holds() -> None:
    """A default stands for a missing rule."""
    assert decide_table(35, "UNIQUE", default='"none"') == "none"


def test_an_input_outside_of_its_input_values_gives_null() -> None:
    """Input values bind."""
    assert decide_table(7, "FIRST", input_values=["[100..200]"]) is None


def test_several_outputs_make_a_context() -> None:
    """Each output has its name."""
    assert decide_table(1, "UNIQUE", [["1", '"a"', "2"]], outputs=("kind", "fee")) == {"kind": "a", "fee": 2}


def test_cells_read_variables_and_the_input() -> None:
    """Cells that only a run can answer stand beside constant ones."""
    rules = [["> limit", '"over"'], ["? * 2 = limit", '"half"'], ["3", '"three"']]
    xml = model(data("x"), data("limit"), decision("d", table(["x"], rules), ["x", "limit"]))
    loaded = load(xml)
    assert [loaded.decide("d", {"x": x, "limit": 10}) for x in (11, 5, 3, 4)] == [
        "over",
        "half",
        "three",
        None,
    ]


def test_a_decision_uses_what_it_requires() -> None:
    """Values flow along information requirements; a decision is found by name or id."""
    xml = model(
        data("age", "number"),
        decision("adult", literal("age >= 18"), ["age"], "boolean"),
        decision("fee", literal("if adult then 100 else 0"), ["adult"], "number"),
        decision("blind", literal("age"), [], "number"),
    )
    loaded = load(xml)
    assert loaded.decide("fee", {"age": 20}) == 100
    assert loaded.decide("blind", {"age": 20}) is None
    with pytest.raises(KeyError):
        loaded.decide("nothing", {})


def test_names_the_model_does_not_declare_are_the_processes() -> None:
    """A table drawn without input data reads the names it is given."""
    assert (
        load(model(decision("d", table(["age"], [["< 18", '"child"']])))).decide("d", {"age": 5}) == "child"
    )


def test_a_long_chain_of_decisions_is_no_recursion() -> None:
    """Two thousand decisions, each requiring the one before."""
    parts = [decision("d0", literal("1"))]
    parts += [decision(f"d{n}", literal(f"d{n - 1} + 1"), [f"d{n - 1}"]) for n in range(1, 2_000)]
    assert load(model(*parts)).decide("d1999", {}) == 2_000


TYPES = """
<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>
<itemDefinition name="tAges" isCollection="true"><typeRef>tAge</typeRef></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="age"><typeRef>tAge</typeRef></itemComponent>
  <itemComponent name="full name"><typeRef>string</typeRef></itemComponent></itemDefinition>
"""


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("tAge", 30, 30),
        ("tAge", 151, None),
        ("tAge", "30", None),
        ("tAge", [30], 30),
        ("tAges", [1, 2], [1, 2]),
        ("tAges", 1, [1]),
        ("tAges", [1, 200], None),
        ("tPerson", {"age": 1, "full name": "A"}, {"age": 1, "full name": "A"}),
        ("tPerson", {"age": "x"}, None),
        ("tPerson", {"age": 1}, None),  # §10.3.2.9.3: a context conforms to a type that has no entry more
        ("tPerson", {"age": None, "full name": "A", "more": 1}, {"age": None, "full name": "A", "more": 1}),
        ("date and time", py.date(2026, 1, 5), py.datetime(2026, 1, 5, tzinfo=py.UTC)),
        ("feel:string", "a", "a"),
        ("Any", [1], [1]),
    ],
)
def test_values_are_brought_to_their_type_or_become_null(kind: str, given: object, expected: object) -> None:
    """§10.3.2.9.4: to and from a list of one, from a date to its midnight."""
    xml = model(TYPES, data("x", kind), decision("d", literal("x"), ["x"], kind))
    assert load(xml).decide("d", {"x": given}) == expected


def test_names_of_components_may_hold_spaces() -> None:
    """Item definitions tell FEEL where a name ends."""
    xml = model(TYPES, data("p", "tPerson"), decision("d", literal('p.full name + "!"'), ["p"]))
    assert load(xml).decide("d", {"p": {"age": 1, "full name": "An"}}) == "An!"


def entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


KNOWLEDGE = (
    '<businessKnowledgeModel id="double" name="double"><variable name="double"/><encapsulatedLogic>'
    '<formalParameter name="n" typeRef="number"/>'
    + literal("n * 2")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)
FACTORIAL = (
    '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic><formalParameter name="n"/>'
    + literal("if n < 2 then 1 else n * f(n - 1)")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)
BOXES = {
    "context": (f"<context>{entry('a', literal('1'))}{entry('b', literal('a + 1'))}</context>", {"a": 1, "b": 2}),
    "context with a result": (f"<context>{entry('a', literal('1'))}{entry('', literal('a + 1'))}</context>", 2),
    "list": (f"<list>{literal('1')}{literal('2 + 1')}</list>", [1, 3]),
    "relation": (
        f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("2")}</row></relation>',
        [{"a": 1, "b": 2}],
    ),
    "invocation": (
        f'<invocation>{literal("double")}<binding><parameter name="n"/>{literal("4")}</binding></invocation>', 8,
    ),
    "invocation of the wrong parameter": (
        f'<invocation>{literal("double")}<binding><parameter name="m"/>{literal("4")}</binding></invocation>', None,
    ),
    "call of the wrong type": (literal('double("x")'), None),
    "recursion": (literal("f(5)"), 120),
    "function definition": (
        "<context>"
        + entry("g", f'<functionDefinition><formalParameter name="x"/>{literal("x + 1")}</functionDefinition>')
        + entry("", literal("g(1)"))
        + "</context>",
        2,
    ),
    "conditional": (
        f"<conditional><if>{literal('1 > 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", 2,
    ),
    "conditional of no boolean": (
        f"<conditional><if>{literal('1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", None,
    ),
    "filter": (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>", [2, 3]),
    "filter by entries": (
        f"<filter><in>{literal('[{a: 1}, {a: 2}]')}</in><match>{literal('a = 2')}</match></filter>", [{"a": 2}],
    ),
    "for": (f'<for iteratorVariable="i"><in>{literal("1..3")}</in><return>{literal("i")}</return></for>', None),
    "for over a range": (
        f'<for iteratorVariable="i"><in>{literal("[1..3]")}</in><return>{literal("i * count(partial)")}</return></for>',
        [0, 2, 6],
    ),
    "every": (
        f'<every iteratorVariable="i"><in>{literal("[1, 2]")}</in><satisfies>{literal("i > 0")}</satisfies></every>', True,
    ),
    "some with an answer that is no boolean": (
        f'<some iteratorVariable="i"><in>{literal("[1, 2]")}</in><satisfies>{literal("i")}</satisfies></some>', None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("logic", "expected"), BOXES.values(), ids=BOXES)
def test_a_boxed_expression_has_its_value(logic: str, expected: object) -> None:
    """DMN 1.5 §10.2; business knowledge is called by name, boxed or in FEEL."""
    loaded = load(model(KNOWLEDGE, FACTORIAL, decision("d", logic, knows=["double", "f"])))
    assert loaded.decide("d", {}) == expected


def test_a_decision_service_takes_input_decisions_as_given() -> None:
    """§10.4: inside of a service an input decision is a parameter and is not evaluated."""
    xml = model(
        data("x"),
        decision("rate", literal("1000")),
        decision("fee", literal("x * rate"), ["x", "rate"]),
        '<decisionService id="s" name="s"><outputDecision href="#fee"/><inputDecision href="#rate"/>'
        '<inputData href="#x"/></decisionService>',
        decision("caller", literal("s(3, 7)"), knows=["s"]),
    )
    loaded = load(xml)
    assert loaded.decide("s", {"x": 2, "rate": 5}) == 10
    assert loaded.decide("fee", {"x": 2}) == 2_000
    assert loaded.decide("caller", {}) == 21


def test_endless_recursion_of_knowledge_ends_with_the_budget() -> None:
    """A model cannot exhaust the server."""
    endless = FACTORIAL.replace("if n &lt; 2 then 1 else n * f(n - 1)", "f(n + 1)")
    with pytest.raises(BudgetExceeded):
        load(model(endless, decision("d", literal("f(1)"), knows=["f"]))).decide("d", {}, budget=Budget())
