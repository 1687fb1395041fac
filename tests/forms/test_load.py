"""What a `.form` must be to be used at all."""

from __future__ import annotations

import json

import pytest

import forms
from tests.forms.build import e_form, refusals, text


def test_a_form_js_schema_is_accepted_and_named_by_its_key() -> None:
    """The fields stand in document order, by id; the key is what formRef names."""
    loaded = e_form(
        text("ho_ten", id="f1"),
        {"type": "group", "path": "cha", "id": "g", "components": [text("ten", id="f2")]},
    )
    assert loaded.key == "to_khai"
    assert list(loaded.by_id) == ["f1", "g", "f2"]
    assert loaded.by_id["f2"].path == ("cha", "ten")


@pytest.mark.parametrize(
    "source",
    [
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"type":"default","components":[NaN]}',
        b'{"a":1e999}',
        "[" * 100_000,
    ],
)
def test_what_is_no_json_object_is_refused(source: bytes | str) -> None:
    """Broken JSON, other JSON, NaN, infinite numbers and endless nesting are refused, never a crash."""
    with pytest.raises(forms.EFormRefused) as refused:
        forms.load(source)
    assert refused.value.problems[0].code in {"form.unreadable", "form.too_deep"}


def test_a_property_that_stands_twice_is_refused() -> None:
    """Two readers of such JSON would see two different forms."""
    with pytest.raises(forms.EFormRefused) as refused:
        forms.load('{"type":"default","components":[],"components":[]}')
    assert refused.value.problems[0].code == "form.duplicate_name"


@pytest.mark.parametrize("key", ["__proto__.isAdmin", "constructor.prototype.x", "a.prototype", "a.toString"])
def test_keys_that_reach_into_prototypes_are_refused_by_name(key: str) -> None:
    """A JavaScript reader of the answers must not be poisoned."""
    assert key in refusals(text(key))["form.unsafe_name"]


def test_all_problems_are_reported_at_once() -> None:
    """A designer sees every fault of the form in one go."""
    found = refusals(
        {"type": "bogus"},
        {"type": "textfield"},
        text("a", validate={"min": 1}),
        {"type": "checkbox", "key": "c", "defaultValue": "x"},
    )
    assert found.keys() == {"form.unknown_type", "form.missing", "form.misplaced", "form.shape"}


def test_a_key_belongs_to_one_field() -> None:
    """Twice the same key, a key below a key, and a key inside another field's list are refused."""
    people = {"type": "dynamiclist", "path": "con", "components": [text("ten")]}
    group = {"type": "group", "path": "cha", "components": [text("ten")]}
    assert "form.duplicate_key" in refusals(text("a"), text("a"))
    assert "form.duplicate_key" in refusals(text("a"), text("a.b"))
    assert "form.duplicate_key" in refusals(text("a.b"), text("a"))
    assert "form.duplicate_key" in refusals(people, text("con.x"))
    assert "form.duplicate_key" in refusals(people, people)
    assert refusals(group, {**group, "components": [text("tuoi")]}) == {}
    assert "form.duplicate_id" in refusals(text("a", id="x"), text("b", id="x"))


@pytest.mark.parametrize("kind", [{}, [], 1, None, True])
def test_a_type_that_is_no_text_is_refused(kind: object) -> None:
    """A list or object as a field's type is a problem like any other."""
    with pytest.raises(forms.EFormRefused):
        forms.load({"type": "default", "components": [{"type": kind, "key": "a"}]})


def test_sizes_are_bounded() -> None:
    """Too many fields, choices, levels, default rows or bytes: refused, naming the field where there is one."""
    options = [{"label": str(n), "value": str(n)} for n in range(3000)]
    assert "s:" in refusals({"type": "select", "key": "s", "values": options})["form.too_many"]
    assert "form.too_many" in refusals(
        {"type": "dynamiclist", "path": "l", "components": [], "defaultRepetitions": 10**9}
    )
    assert "form.too_many" in refusals(*(text(f"k{n}") for n in range(2100)))
    nested = text("x")
    for level in range(40):
        nested = {"type": "group", "path": f"g{level}", "components": [nested]}
    assert "form.too_deep" in refusals(nested)
    with pytest.raises(forms.EFormRefused) as refused:
        forms.load(json.dumps({"type": "default", "components": [], "x": "a" * 1_100_000}))
    assert refused.value.problems[0].code == "form.too_large"


def test_expressions_that_cannot_be_read_are_refused_with_their_place() -> None:
    """Wherever an expression stands: condition, limit, choices, text."""
    assert "line 1" in refusals(text("a", conditional={"hide": "=1 +"}))["form.expression"]
    assert "form.expression" in refusals(text("a", conditional={"hide": '=__import__("os").system("x")'}))
    assert "form.expression" in refusals({"type": "number", "key": "n", "validate": {"max": "=((("}})
    assert "form.expression" in refusals({"type": "text", "text": "{{ 1 + }}"})
    assert "form.expression" in refusals({"type": "text", "text": "{{#if a}} x"})
    assert "form.expression" in refusals({"type": "select", "key": "s", "valuesExpression": "=[1"})


def test_patterns_that_cannot_be_matched_in_linear_time_are_refused() -> None:
    """Back references and look-around have no linear matcher; a bomb of nested repetition is harmless."""
    assert "form.pattern" in refusals(text("a", validate={"pattern": r"(a)\1"}))
    assert "form.pattern" in refusals(text("a", validate={"pattern": "("}))
    bomb = e_form(text("a", validate={"pattern": "^(a+)+$"}))
    assert forms.check(bomb, {"a": "a" * 15_000 + "b"}).problems[0].code == "pattern"


def test_fields_that_decide_about_each_other_in_a_circle_are_refused() -> None:
    """Hide conditions and computed fields must come to rest."""
    a = text("a", conditional={"hide": '=b = "x"'})
    b = text("b", conditional={"hide": '=a = "x"'})
    assert "a → b → a" in refusals(a, b)["form.cycle"]
    assert "form.cycle" in refusals(
        {"type": "expression", "key": "n", "expression": "=n + 1", "computeOn": "change"}
    )
    group = {"type": "group", "path": "g", "conditional": {"hide": "=g.x"}, "components": [text("x")]}
    assert "form.cycle" in refusals(group)
    row = [text("loai"), text("khac", conditional={"hide": '=this.loai != "khac"'})]
    assert refusals({"type": "dynamiclist", "path": "l", "components": row}) == {}


def test_two_thousand_chained_conditions_are_judged_quickly() -> None:
    """A chain is no circle, however long."""
    chain = [text("k0"), *(text(f"k{n}", conditional={"hide": f"=k{n - 1} = null"}) for n in range(1, 1900))]
    assert refusals(*chain) == {}


def test_what_the_viewer_opens_can_be_tried_without_publishing_it() -> None:
    """Misplaced properties, unreadable expressions (null) and circles are borne; unsafe names and shapes are not."""
    components = [
        {"type": "text", "text": "x", "label": "y"},
        {"type": "expression", "key": "a", "expression": "=b ^ 2", "computeOn": "change"},
        {"type": "expression", "key": "b", "expression": "=c", "computeOn": "change"},
        {"type": "expression", "key": "c", "expression": "=b", "computeOn": "change"},
    ]
    schema = {"type": "default", "components": components}
    form = forms.load(schema, as_viewer=True)
    assert forms.check(form, {"a": 1}).answers == {"a": None, "b": None, "c": None}
    with pytest.raises(forms.EFormRefused):
        forms.load({"type": "default", "components": [text("constructor.x")]}, as_viewer=True)
