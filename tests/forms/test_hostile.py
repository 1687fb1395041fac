"""Whatever is sent, forms answer: a refusal or a check, never a crash, never long."""

from __future__ import annotations

import json
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from bench.forms import form_of_40
from forms.structure import ONLY_ON, SHAPES, TYPES
from tests.forms.build import e_form, text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    sorted({name for name in {*ONLY_ON, *SHAPES} if "." not in name} | {"type", "expression", "id"})
)
VALUES = JSON | st.sampled_from(
    [
        "=a",
        "=this.a > 1",
        "{{a}}",
        "=not(a)",
        "a.b",
        "^a+$",
        {"hide": "=a = null"},
        {"required": True, "min": "=a"},
    ]
)
COMPONENT = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(TYPES)), "key": st.sampled_from("abc")}
).flatmap(lambda base: st.dictionaries(NAMES, VALUES, max_size=3).map(lambda more: {**more, **base}))
FORM_OF_40 = forms.load(form_of_40())
KEYS = st.sampled_from([one.path[0] for one in FORM_OF_40.keyed()])


def loaded(components: list[dict[str, Any]]) -> tuple[forms.EForm | None, tuple[forms.Problem, ...]]:
    """The form, or why not."""
    try:
        return forms.load({"type": "default", "components": components}), ()
    except forms.EFormRefused as refused:
        return None, refused.problems


@settings(max_examples=300, deadline=None)
@given(components=st.lists(COMPONENT, max_size=4), data=JSON)
def test_any_form_is_refused_with_reasons_or_works(components: list[dict[str, Any]], data: Any) -> None:
    """Loading says why not, or what was loaded checks and draws anything."""
    form, problems = loaded(components)
    if form is None:
        assert problems
        assert all(problem.code.startswith("form.") and problem.vi and problem.en for problem in problems)
        return
    given_data = data if isinstance(data, dict) else {"a": data, "b": data}
    checked = forms.check(form, given_data, strict=True)
    json.dumps(checked.answers)
    forms.check(form, given_data)
    forms.state(form, given_data)


@settings(max_examples=200, deadline=None)
@given(data=st.dictionaries(KEYS | st.text(max_size=6), JSON, max_size=8))
def test_any_data_are_checked(data: dict[str, Any]) -> None:
    """Answers come out as plain JSON; what is wrong names a place and has a code."""
    for strict in (False, True):
        checked = forms.check(FORM_OF_40, data, strict=strict)
        json.dumps(checked.answers)
        assert all(problem.code and problem.vi and problem.en for problem in checked.problems)


def test_a_strict_check_of_accepted_answers_accepts_them_again() -> None:
    """What was kept can be sent again unchanged (drafts, repeated submissions)."""
    form = e_form(
        text("a", defaultValue="x"),
        {"type": "number", "key": "n", "serializeToString": True},
        {"type": "datetime", "key": "t", "subtype": "datetime", "timeSerializingFormat": "utc_normalized"},
        {"type": "dynamiclist", "path": "l", "components": [text("b")]},
    )
    first = forms.check(form, {"n": "1.50", "t": "2024-01-01T08:00", "l": [{"b": "c"}]}, strict=True)
    assert first.ok
    assert forms.check(form, first.answers, strict=True) == first


def test_five_hundred_rows_are_checked_within_a_second() -> None:
    """The largest list that is taken, conditions in every row."""
    rows = [text("a", validate={"pattern": "^[a-z]*$"}), text("b", conditional={"hide": '=this.a = "x"'})]
    form = e_form({"type": "dynamiclist", "path": "l", "components": rows})
    started = time.process_time()
    assert forms.check(form, {"l": [{"a": "y", "b": "z"}] * 500}, strict=True).ok
    assert time.process_time() - started < 1
