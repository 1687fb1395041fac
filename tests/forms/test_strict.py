"""What our doors refuse although form-js would quietly mend it (docs/forms.md)."""

from __future__ import annotations

from typing import Any

import pytest

from forms import check
from tests.forms.build import e_form, text

FORM = e_form(
    text("ten", validate={"required": True}),
    {"type": "number", "key": "so", "label": "Số"},
    {"type": "checkbox", "key": "dong_y"},
    {"type": "select", "key": "chon", "values": [{"label": "A", "value": "a"}]},
    {
        "type": "checklist",
        "key": "nhieu",
        "values": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
    },
    {"type": "datetime", "key": "ngay"},
    text("chi_doc", readonly=True),
    text("theo", readonly="=dong_y"),
    text("khoa", disabled=True),
    {"type": "group", "path": "cha", "components": [text("ten_cha")]},
    {"type": "dynamiclist", "path": "con", "components": [text("ten_con")]},
)


def codes(data: dict[str, Any], **more: Any) -> dict[str, str]:
    """where → code of every problem."""
    checked = check(FORM, {"ten": "An", **data}, strict=True, **more)
    return {problem.where: problem.code for problem in checked.problems}


def test_right_answers_have_no_problems() -> None:
    """Every kind of field, filled in as the form wants it."""
    right = {
        "so": 1.5,
        "dong_y": False,
        "chon": "a",
        "nhieu": ["b", "a"],
        "ngay": "2024-02-29",
        "cha": {"ten_cha": "B"},
        "con": [{"ten_con": "C"}],
    }
    assert codes(right) == {}
    assert codes(dict.fromkeys(right)) == {}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"isAdmin": True}, {"isAdmin": "unknown_key"}),
        ({"cha": {"x": 1}}, {"cha.x": "unknown_key"}),
        ({"con": [{}, {"x": 1}]}, {"con[1].x": "unknown_key"}),
        ({"so": "0x10"}, {"so": "wrong_type"}),
        ({"so": float("nan")}, {"so": "wrong_type"}),
        ({"so": True}, {"so": "wrong_type"}),
        ({"ten": ["x"]}, {"ten": "wrong_type"}),
        ({"dong_y": "true"}, {"dong_y": "wrong_type"}),
        ({"nhieu": "a"}, {"nhieu": "wrong_type"}),
        ({"cha": []}, {"cha": "wrong_type"}),
        ({"con": {}}, {"con": "wrong_type"}),
        ({"con": ["x"]}, {"con": "wrong_type"}),
        ({"chon": "b"}, {"chon": "not_an_option"}),
        ({"nhieu": ["a", "z"]}, {"nhieu": "not_an_option"}),
        ({"ngay": "30/02/2024"}, {"ngay": "not_a_date"}),
        ({"ten": "\ud800"}, {"ten": "bad_text"}),
        ({"ten": "a\x00"}, {"ten": "bad_text"}),
        ({"ten": " \u200b\u00a0 "}, {"ten": "required"}),
        ({"ten": "x" * 20_001}, {"ten": "too_large"}),
        ({"con": [{}] * 501}, {"con": "too_large"}),
        ({"chi_doc": "hacked"}, {"chi_doc": "read_only"}),
        ({"dong_y": True, "theo": "hacked"}, {"theo": "read_only"}),
        ({"khoa": "hacked"}, {"khoa": "read_only"}),
    ],
)
def test_what_a_browser_would_not_send_is_a_problem(data: dict[str, Any], expected: dict[str, str]) -> None:
    """Each names its field by key path, with a stable code, once."""
    assert codes(data) == expected


def test_read_only_values_come_from_the_context() -> None:
    """What we filled in ourselves may come back as it was, and is kept although nobody sent it."""
    context = {"chi_doc": "0123"}
    assert codes({"chi_doc": "0123"}, context=context) == {}
    assert codes({"chi_doc": "9999"}, context=context) == {"chi_doc": "read_only"}
    assert check(FORM, {"ten": "An"}, context=context, strict=True).answers["chi_doc"] == "0123"


def test_sentences_name_the_field_in_both_languages() -> None:
    """Label and key path, so that a person and a program both find it."""
    [problem] = check(FORM, {"ten": "An", "so": "x"}, strict=True).problems
    assert problem.vi == "Số (so): phải là số."
    assert problem.en == "Số (so): expected a number."


@pytest.mark.parametrize("depth", [100, 5000])
def test_data_out_of_bounds_are_one_problem(depth: int) -> None:
    """Deep or huge data never crash the check."""
    deep: Any = "x"
    for _ in range(depth):
        deep = [deep]
    assert "too_large" in codes({"nhieu": deep}).values()
    assert "too_large" in codes({"nhieu": ["a"] * 100_000}).values()
