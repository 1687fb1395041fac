"""Answers as form-js takes them. Whole forms are compared with form-js itself in tests/conformance."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from forms import check, prefill
from forms.dependencies import live_fields
from tests.forms.build import e_form, refusals, text

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def options(*values: str) -> list[dict[str, str]]:
    return [{"label": value.upper(), "value": value} for value in values]


def test_hidden_fields_are_neither_asked_nor_kept() -> None:
    """A hidden required field is no fault, and its value is not submitted."""
    form = e_form(
        {"type": "checkbox", "key": "uy_quyen"},
        text("nguoi", conditional={"hide": "=uy_quyen = false"}, validate={"required": True}),
    )
    assert check(form, {"nguoi": "An"}).answers == {"uy_quyen": False}
    assert check(form, {"uy_quyen": True}).problems[0].where == "nguoi"
    assert check(form, {"uy_quyen": True, "nguoi": "An"}).answers == {"uy_quyen": True, "nguoi": "An"}


def test_what_stands_in_a_hidden_group_is_hidden() -> None:
    """Groups take their fields with them; lists too."""
    group = {
        "type": "group",
        "path": "cha",
        "conditional": {"hide": "=doc_than"},
        "components": [text("ten", validate={"required": True})],
    }
    listed = {
        "type": "dynamiclist",
        "path": "con",
        "conditional": {"hide": "=doc_than"},
        "components": [text("ten")],
    }
    form = e_form({"type": "checkbox", "key": "doc_than"}, group, listed)
    assert check(form, {"doc_than": True}).answers == {"doc_than": True}
    assert check(form, {"doc_than": False}).answers == {
        "doc_than": False,
        "cha": {"ten": ""},
        "con": [{"ten": ""}],
    }


@pytest.mark.parametrize(
    ("condition", "hidden"),
    [
        ("=n > 2", True),
        ("=n = null", True),
        ("=not(n > 2)", False),
        ("=not(true)", False),
        ("=not(false) and n = 1", False),
    ],
)
def test_a_condition_that_comes_to_null_holds(condition: str, hidden: bool) -> None:
    """form-js judges conditions as unary tests of null: an unfilled number hides what compares with it."""
    form = e_form({"type": "number", "key": "n"}, text("x", conditional={"hide": condition}))
    assert ("x" not in check(form, {}).answers) is hidden


def test_rows_are_checked_one_by_one() -> None:
    """`this` is the row, `parent` what is around, `i` counts from 1; errors nest as in form-js."""
    form = e_form(
        {"type": "number", "key": "toi_da"},
        {
            "type": "dynamiclist",
            "id": "list",
            "path": "con",
            "components": [
                text("ten", id="ten", validate={"required": True}),
                {"type": "number", "key": "tuoi", "id": "tuoi", "validate": {"max": "=parent.toi_da"}},
                text("truong", id="truong", conditional={"hide": "=this.tuoi < 6"}),
                {"type": "expression", "key": "so", "expression": "=i[1]", "computeOn": "change"},
            ],
        },
    )
    checked = check(form, {"toi_da": 17, "con": [{"ten": "An", "tuoi": 5, "truong": "x"}, {"tuoi": 20}]})
    assert checked.answers["con"] == [
        {"ten": "An", "tuoi": 5, "so": 1},
        {"ten": "", "tuoi": 20, "truong": "", "so": 2},
    ]
    assert checked.errors == {
        "ten": [None, ["Field is required."]],
        "tuoi": [None, ["Field must have maximum value of 17."]],
    }
    assert [(problem.where, problem.code) for problem in checked.problems] == [
        ("con[1].ten", "required"),
        ("con[1].tuoi", "max"),
    ]
    assert checked.problems[0].vi == "ten (dòng 2): bắt buộc phải điền."


def test_lists_in_lists_keep_their_places() -> None:
    """Row numbers nest in paths and errors."""
    inner = {
        "type": "dynamiclist",
        "path": "giay",
        "components": [text("so", id="so", validate={"required": True})],
    }
    form = e_form({"type": "dynamiclist", "path": "nguoi", "components": [inner]})
    checked = check(form, {"nguoi": [{"giay": [{"so": "1"}]}, {"giay": [{"so": "2"}, {}]}]})
    assert [problem.where for problem in checked.problems] == ["nguoi[1].giay[1].so"]
    assert checked.errors == {"so": [None, [None, ["Field is required."]]]}


def test_choices_that_are_no_longer_offered_are_dropped() -> None:
    """Dependent choices: the commune must lie in the chosen district."""
    form = e_form(
        {"type": "select", "key": "huyen", "values": options("a", "b")},
        {"type": "select", "key": "xa", "valuesExpression": '=if huyen = "a" then ["a1", "a2"] else ["b1"]'},
        {"type": "checklist", "key": "nhieu", "values": options("x", "y")},
        {"type": "radio", "key": "tu_ngoai", "valuesKey": "danh_muc"},
    )
    answers = check(
        form,
        {"huyen": "b", "xa": "a1", "nhieu": ["x", "z"], "tu_ngoai": "k"},
        context={"danh_muc": [{"label": "K", "value": "k"}]},
    ).answers
    assert answers == {"huyen": "b", "xa": None, "nhieu": ["x"], "tu_ngoai": "k"}


def test_computed_fields_follow_what_they_read() -> None:
    """A chain of computed fields comes to rest; what is computed on submission is computed last."""
    form = e_form(
        {"type": "number", "key": "so_luong"},
        {"type": "expression", "key": "tong", "expression": "=gia + 1", "computeOn": "change"},
        {"type": "expression", "key": "gia", "expression": "=so_luong * 8000", "computeOn": "change"},
        {"type": "expression", "key": "luc", "expression": "=string(today())", "computeOn": "presubmit"},
    )
    answers = check(form, {"so_luong": 2, "tong": "forged"}, now=NOW).answers
    assert answers == {"so_luong": 2, "tong": 16001, "gia": 16000, "luc": "2026-01-05"}


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ({"type": "textfield", "key": "x"}, "a\r\nb\tc", "a  b c"),
        ({"type": "textfield", "key": "x"}, 5.0, "5"),
        ({"type": "textfield", "key": "x"}, ["a"], ""),
        ({"type": "textarea", "key": "x"}, "a\nb", "a\nb"),
        ({"type": "number", "key": "x"}, " 12.50 ", 12.5),
        ({"type": "number", "key": "x"}, "0x10", 16),
        ({"type": "number", "key": "x"}, "abc", None),
        ({"type": "number", "key": "x"}, float("nan"), None),
        (
            {"type": "number", "key": "x", "serializeToString": True},
            "10000000000000000001",
            "10000000000000000001",
        ),
        ({"type": "checkbox", "key": "x"}, "true", False),
        ({"type": "radio", "key": "x", "values": options("a")}, "b", None),
        ({"type": "taglist", "key": "x", "values": options("a", "b")}, "a", []),
        ({"type": "textfield", "key": "x", "defaultValue": "mặc định"}, None, ""),
    ],
)
def test_values_are_made_fit_for_their_field(field: dict[str, Any], value: Any, kept: Any) -> None:
    """form-js mends quietly what does not fit (our doors refuse it: test_strict)."""
    assert check(e_form(field), {"x": value}).answers == {"x": kept}


@pytest.mark.parametrize(
    ("subtype", "form", "value", "kept"),
    [
        ("date", "", "2024-02-29", "2024-02-29"),
        ("date", "", "2023-02-29", None),
        ("time", "", "07:05", "07:05"),
        ("time", "utc_offset", "07:05", "07:05+07:00"),
        ("time", "utc_normalized", "06:00", "23:00Z"),
        ("time", "", "23:00Z", "06:00"),
        ("datetime", "utc_normalized", "2024-03-01T06:30", "2024-02-29T23:30Z"),
        ("datetime", "utc_offset", "2024-02-29T23:30Z", "2024-03-01T06:30+07:00"),
        ("datetime", "no_timezone", "2024-02-29T10:30", "2024-02-29T10:30"),
        ("datetime", "", "2024-02-29", None),
    ],
)
def test_dates_and_times_take_the_format_of_the_field(
    subtype: str, form: str, value: str, kept: str | None
) -> None:
    """In the province's time zone, UTC+7."""
    field = {"type": "datetime", "key": "x", "subtype": subtype} | (
        {"timeSerializingFormat": form} if form else {}
    )
    assert check(e_form(field), {"x": value}).answers == {"x": kept}


def test_disabled_fields_are_not_submitted_and_default_values_are() -> None:
    """Disabled: neither judged nor kept. Defaults stand in where nothing came."""
    form = e_form(
        text("khoa", disabled=True, validate={"required": True}), text("quoc_tich", defaultValue="Việt Nam")
    )
    checked = check(form, {"khoa": "x"})
    assert checked.answers == {"quoc_tich": "Việt Nam"}
    assert checked.problems == ()


def test_a_file_picker_keeps_only_known_files() -> None:
    """As form-js drops a key its registry does not know."""
    form = e_form({"type": "filepicker", "key": "anh", "validate": {"required": True}})
    assert check(form, {"anh": "f1"}).answers == {"anh": None}
    assert check(form, {"anh": "f1"}, files={"f1"}).problems == ()


def test_a_form_that_computes_too_long_is_a_problem_not_a_crash() -> None:
    """One budget for the whole check."""
    form = e_form(
        {
            "type": "expression",
            "key": "x",
            "expression": "=count(for a in 1..100000, b in 1..100000 return a)",
            "computeOn": "change",
        }
    )
    checked = check(form, {}, now=NOW)
    assert [problem.code for problem in checked.problems] == ["too_costly"]
    assert checked.answers == {}


def test_the_callers_data_stay_as_they_were() -> None:
    """A check changes nothing that was given to it."""
    form = e_form({"type": "dynamiclist", "path": "con", "components": [text("ten")]}, text("cha.ten"))
    data: dict[str, Any] = {"con": [{"ten": 5}], "cha": {"ten": ["x"]}}
    context: dict[str, Any] = {"cha": {"khac": 1}}
    check(form, data, context=context)
    assert data == {"con": [{"ten": 5}], "cha": {"ten": ["x"]}}
    assert context == {"cha": {"khac": 1}}


def test_known_data_elements_are_filled_in_before_anybody_types() -> None:
    """Only what is still empty, never inside lists; an unknown element is refused with the form."""
    element = {"properties": {"element": "applicant.name"}}
    rows = {"type": "dynamiclist", "path": "con", "components": [text("ten", **element)]}
    form = e_form(text("nguoi", **element), text("khac", **element), text("gi"), rows)
    known = {"applicant.name": "An", "applicant.phone": "09"}
    assert prefill(form, known, {"khac": "Bình"}, now=NOW) == {"nguoi": "An", "khac": "Bình"}
    assert "form.unknown_element" in refusals(text("x", properties={"element": "applicant.shoe_size"}))


def test_a_field_asks_for_its_element_only_when_its_condition_is_true() -> None:
    """Defaults count as answers; null is not true; what the condition reads redraws the form."""
    father = {
        "properties": {"element": "requester.name", "elementWhen": '=ai = "cha" or dossier.represented'}
    }
    who = {"type": "radio", "key": "ai", "defaultValue": "cha", "values": options("cha", "me")}
    form = e_form({"id": "ai", **who}, text("cha", **father))
    known = {"requester.name": "An"}
    assert prefill(form, known, now=NOW) == {"cha": "An"}
    assert prefill(form, known, {"ai": "me"}, now=NOW) == {"ai": "me"}
    represented = {"dossier": {"represented": True}}
    assert prefill(form, known, {"ai": "me"}, context=represented, now=NOW)["cha"] == "An"
    assert live_fields(form) == {"ai"}
    assert "form.expression" in refusals(text("x", properties={"elementWhen": "=ai ="}))


def test_labels_that_several_fields_bear_are_told_apart_by_their_group() -> None:
    """Two “Họ tên” in one form: the sentence says whose."""
    required = {"label": "Họ tên", "validate": {"required": True}}
    mother = {"type": "group", "path": "me", "label": "Người mẹ", "components": [text("ten", **required)]}
    form = e_form(text("ten", **required), mother)
    assert [problem.vi for problem in check(form, {}).problems] == [
        "Họ tên: bắt buộc phải điền.",
        "Họ tên (Người mẹ): bắt buộc phải điền.",
    ]


@pytest.mark.parametrize(
    ("condition", "value", "hidden"),
    [
        ("=a > 2", "4", True),
        ("=a > 2", "1", False),
        ("=a > 2", "abc", False),
        ("=a != 2", "abc", True),
        ("=a = 2", "abc", True),  # null holds
        ("=if a then true else false", "abc", True),
    ],
)
def test_unlike_values_compare_as_in_the_viewer(condition: str, value: str, hidden: bool) -> None:
    """The viewer's FEEL leaves it to JavaScript: a text of digits is greater than a number, unlike values are unequal."""
    form = e_form(text("a"), text("b", conditional={"hide": condition}))
    assert ("b" not in check(form, {"a": value, "b": "x"}).answers) is hidden


def test_what_is_computed_on_submission_hides_nothing_any_more() -> None:
    """form-js submits what was visible when the button was pressed."""
    late = {"type": "expression", "key": "t", "expression": '=a = "x"', "computeOn": "presubmit"}
    form = e_form(text("a"), late, text("b", conditional={"hide": "=t = true"}))
    assert check(form, {"a": "x", "b": "1"}).answers == {"a": "x", "t": True, "b": "1"}
