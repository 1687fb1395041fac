"""What cannot be a model is refused with a code and an element; what does not compile is a problem."""

from __future__ import annotations

import pytest

from engine.dmn import DmnRefused, analyse, load
from tests.engine.dmn.build import HEAD, data, decision, literal, model, table

REFUSED = {
    "dmn.not_xml": (b"<definitions", ""),
    "dmn.doctype": (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + model(), ""),
    "dmn.not_dmn": (b'<html id="h"/>', "h"),
    "dmn.too_deep": ((HEAD + "<a>" * 150 + "</a>" * 150 + "</definitions>").encode(), "m"),
    "dmn.too_large": (b" " * 12_000_001, ""),
    "dmn.import": (model('<import name="other" namespace="urn:o" importType="x"/>'), "other"),
    "dmn.duplicate": (model(data("a"), data("a")), "a"),
    "dmn.dangling": (model(decision("d", literal("1"), ["nowhere"])), "d"),
    "dmn.cycle": (model(decision("a", literal("b"), ["b"]), decision("b", literal("a"), ["a"])), ""),
    "dmn.nameless": (model('<decision id="d"/>'), "d"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_file_that_is_no_model_is_refused(code: str) -> None:
    """The refusal has a stable code, the element and a sentence in both languages."""
    xml, where = REFUSED[code]
    with pytest.raises(DmnRefused) as refusal:
        load(xml)
    assert refusal.value.code == code
    assert not where or refusal.value.where == where
    assert refusal.value.vi
    assert refusal.value.en


def test_billion_laughs_are_not_expanded() -> None:
    """Entities never grow."""
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    with pytest.raises(DmnRefused):
        load(f"<!DOCTYPE d [{entities}]><definitions>&j;</definitions>".encode())


PROBLEMS = {
    "feel.unknown_function": decision("d", table(["x"], [["-", '__import__("os").system("true")']])),
    "feel.syntax": decision("d", literal("1 +")),
    "dmn.external_function": decision("d", '<functionDefinition id="j" kind="Java"/>'),
    "dmn.language": decision(
        "d", '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>'
    ),
    "dmn.hit_policy": decision("d", table(["x"], [["1", "2"]], "LOTTERY")),
    "dmn.aggregation": decision("d", table(["x"], [["1", "2"]], "COLLECT", aggregation="MEAN")),
    "dmn.ragged_rule": decision("d", table(["x", "y"], [["1"]])),
    "dmn.unknown_type": decision(
        "d", '<literalExpression typeRef="tNone"><text>1</text></literalExpression>'
    ),
}


@pytest.mark.parametrize("code", PROBLEMS)
def test_what_does_not_compile_is_a_problem_of_the_model(code: str) -> None:
    """Problems are errors of the gate, name their element, and evaluate to null instead of failing."""
    loaded = load(model(PROBLEMS[code]))
    found = [finding for finding in analyse(loaded) if finding.code == code]
    assert found
    assert found[0].severity == "error"
    loaded.decide("d", {"x": 1})


def test_a_problem_in_a_rule_names_the_rule() -> None:
    """The designer finds the line."""
    loaded = load(model(PROBLEMS["feel.unknown_function"]))
    assert "r1" in loaded.problems[0].vi
    assert "__import__" in loaded.problems[0].en


def test_names_out_of_scope_are_doubted() -> None:
    """A bare table may read the process's names: a warning, which a bundle's gate makes an error."""
    found = analyse(load(model(data("x"), decision("d", literal("x + y"), ["x"]))))
    assert [(one.code, one.severity) for one in found] == [("feel.unknown_name", "warning")]
