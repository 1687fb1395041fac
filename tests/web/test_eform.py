"""E-forms on pages: what is drawn can be posted back as it was, by keyboard, without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from lxml import html as lxml_html
from werkzeug.datastructures import MultiDict

import forms
from tests.forms.build import e_form, text
from web import eform, eform_posted, i18n, names, show, signatures

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
OPTIONS = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]


@pytest.fixture
def app() -> Flask:
    """Templates and filters of the pages, no database."""
    app = Flask("web", template_folder="templates")
    app.secret_key = "test"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.init_app(app)
    show.init_app(app)
    names.init_app(app)
    signatures.init_app(app)
    return app


def draw(app: Flask, form: forms.EForm, data: dict[str, Any], **more: Any) -> Any:
    """The fragment as a tree."""
    with app.test_request_context("/"):
        return lxml_html.fromstring(str(eform.html(form, data, url="/redraw", at=NOW, **more)))


def fields_of(tree: Any) -> MultiDict[str, str]:
    """What a browser would post of the fragment."""
    posted: list[tuple[str, str]] = []
    for field in tree.xpath(".//input | .//textarea | .//select"):
        name, kind = field.get("name"), field.get("type", "")
        if not name or field.get("disabled") is not None or kind == "file":
            continue
        if kind in ("checkbox", "radio") and field.get("checked") is None:
            continue
        if field.tag == "select":
            chosen = field.xpath(".//option[@selected]") or field.xpath(".//option")[:1]
            posted.append((name, chosen[0].get("value")))
        else:
            posted.append((name, field.text or "" if field.tag == "textarea" else field.get("value", "on")))
    return MultiDict(posted)


EVERYTHING = e_form(
    text("chu", validate={"required": True}),
    {"type": "textarea", "key": "dai"},
    {"type": "number", "key": "so"},
    {"type": "number", "key": "so_chu", "serializeToString": True},
    {"type": "datetime", "key": "ngay", "dateLabel": "Ngày"},
    {"type": "datetime", "key": "gio", "subtype": "time", "timeLabel": "Giờ"},
    {"type": "datetime", "key": "luc", "subtype": "datetime", "timeSerializingFormat": "utc_offset"},
    {"type": "checkbox", "key": "co"},
    {"type": "checkbox", "key": "khong"},
    {"type": "radio", "key": "mot", "values": OPTIONS},
    {"type": "select", "key": "chon", "valuesExpression": "=[1, 2, true]"},
    {"type": "checklist", "key": "nhieu", "values": OPTIONS},
    {"type": "taglist", "key": "the", "values": OPTIONS},
    {"type": "group", "path": "cha", "label": "Cha", "components": [text("ten")]},
    {
        "type": "dynamiclist",
        "path": "con",
        "label": "Con",
        "components": [text("ten"), {"type": "dynamiclist", "path": "giay", "components": [text("so")]}],
    },
    {"type": "expression", "key": "tinh", "expression": "=so * 2", "computeOn": "change"},
    text("doc", readonly=True),
    text("khoa", disabled=True),
)
ANSWERS: dict[str, Any] = {
    "chu": 'Nguyễn "A" <b>',
    "dai": "một\nhai",
    "so": 12.5,
    "so_chu": "10000000000000000001",
    "ngay": "2024-02-29",
    "gio": "07:05",
    "luc": "2024-02-29T10:30+07:00",
    "co": True,
    "khong": False,
    "mot": "b",
    "chon": 2,
    "nhieu": ["a", "b"],
    "the": [],
    "cha": {"ten": "Ông"},
    "con": [{"ten": "An", "giay": [{"so": "1"}, {"so": "2"}]}, {"ten": "", "giay": []}],
    "tinh": 25,
    "doc": "",
}


def test_what_is_drawn_posts_back_as_it_was(app: Flask) -> None:
    """Draw, post unchanged, check: the same answers, for every type of field."""
    posted = fields_of(draw(app, EVERYTHING, ANSWERS))
    checked = forms.check(EVERYTHING, eform_posted.parse(EVERYTHING, posted), strict=True)
    assert checked.problems == ()
    kept = {**ANSWERS, "con": [ANSWERS["con"][0], {"ten": ""}]}  # form-js submits no list without rows
    assert checked.answers == kept


def test_every_input_has_a_label_or_legend_and_errors_are_tied_to_it(app: Flask) -> None:
    """Labels by `for`, choices in a fieldset with a legend, hint and error by aria-describedby."""
    form = e_form(
        text("ten", description="Như trên giấy khai sinh", validate={"required": True}),
        {"type": "radio", "key": "gioi", "label": "Giới", "values": OPTIONS, "validate": {"required": True}},
    )
    tree = draw(app, form, {}, problems=forms.check(form, {}).problems)
    for field in tree.xpath(".//input[not(@type='hidden')] | .//select | .//textarea"):
        assert tree.xpath(f".//label[@for='{field.get('id')}']"), field.get("name")
    box = tree.get_element_by_id("f-ten")
    described = [tree.get_element_by_id(name).text_content() for name in box.get("aria-describedby").split()]
    assert "Như trên giấy khai sinh" in described[0]
    assert "Bắt buộc phải điền" in described[1]
    assert box.get("aria-invalid") == "true"
    assert [legend.text_content().strip() for legend in tree.xpath(".//fieldset/legend")] == ["Giới"]
    assert tree.get_element_by_id("f-gioi").get("type") == "radio"


def test_only_fields_that_others_depend_on_redraw_the_form(app: Flask) -> None:
    """A change that cannot alter anything costs no request."""
    form = e_form(text("a"), text("b", conditional={"hide": '=a = "x"'}))
    tree = draw(app, form, {})
    assert tree.get_element_by_id("f-a").get("hx-post") == "/redraw"
    assert tree.get_element_by_id("f-b").get("hx-post") is None


def test_nothing_inline_for_the_content_security_policy(app: Flask) -> None:
    """No style, no script, no event handler, whatever the form or the answers hold."""
    form = e_form(
        text("a", label="<script>x</script>", description="{{a}}"),
        {"type": "html", "content": "<p style='x' onclick='y'>{{a}}</p>"},
        {"type": "spacer", "height": 60},
    )
    tree = draw(app, form, {"a": "<img src=x onerror=alert(1)>"})
    assert not tree.xpath(".//script | .//style | .//img | .//@style | .//@onclick | .//@onerror")


@pytest.mark.parametrize(
    ("button", "rows"),
    [
        ("add:con", [{"ten": "An"}, {"ten": "Bình"}, {"ten": ""}]),
        ("remove:con[0]", [{"ten": "Bình"}]),
        ("remove:con[7]", [{"ten": "An"}, {"ten": "Bình"}]),
        ("add:khac", [{"ten": "An"}, {"ten": "Bình"}]),
        ("", [{"ten": "An"}, {"ten": "Bình"}]),
    ],
)
def test_row_buttons_work_by_a_plain_post(app: Flask, button: str, rows: list[dict[str, str]]) -> None:
    """Without JavaScript the page posts itself and is drawn again."""
    form = e_form({"type": "dynamiclist", "path": "con", "components": [text("ten")]})
    posted = fields_of(draw(app, form, {"con": [{"ten": "An"}, {"ten": "Bình"}]}))
    posted["_row"] = button
    data = eform_posted.parse(form, posted)
    assert eform_posted.row_change(form, posted, data) is not None
    assert forms.check(form, data).answers == {"con": rows}


def test_a_list_may_be_emptied(app: Flask) -> None:
    """The last row removed stays removed: a list without rows is not a list never seen."""
    form = e_form({"type": "dynamiclist", "path": "con", "components": [text("ten")]})
    posted = fields_of(draw(app, form, {"con": []}))
    assert eform_posted.parse(form, posted) == {"con": []}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1200000", 1200000),
        ("1.200.000", 1200000),
        ("1.200,5", 1200.5),
        ("1.200", 1200),
        ("-1.234,56", -1234.56),
        ("0.125", 0.125),
        ("1 200 000", 1200000),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("-3", -3),
        ("", None),
        ("mười", "mười"),
        ("0x10", "0x10"),
    ],
)
def test_numbers_are_read_as_people_write_them_here(typed: str, value: object) -> None:
    """Comma or point for decimals, points between thousands; what is no number stays text for the check."""
    form = e_form({"type": "number", "key": "n"})
    assert eform_posted.parse(form, MultiDict({"n": typed})) == {"n": value}


def test_a_point_before_three_digits_is_a_decimal_point_where_three_decimals_are_taken() -> None:
    """Coordinates and weights."""
    form = e_form({"type": "number", "key": "n", "decimalDigits": 3})
    assert eform_posted.parse(form, MultiDict({"n": "1.234"})) == {"n": 1.234}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2026-11-21", "2026-11-21"),
        ("21/11/2026", "2026-11-21"),
        ("5-6-2026", "2026-06-05"),
        ("5/6/2026 7:30", "2026-06-05T07:30"),
        ("31/2/2026", "2026-02-31"),  # no date: the check says so
        ("hôm qua", "hôm qua"),
        ("", None),
    ],
)
def test_dates_are_read_as_people_write_them_here(typed: str, value: object) -> None:
    """Day first, where a browser shows a plain text field."""
    form = e_form({"type": "datetime", "key": "n", "dateLabel": "Ngày"})
    assert eform_posted.parse(form, MultiDict({"n": typed})) == {"n": value}


def test_what_could_not_be_understood_is_shown_again(app: Flask) -> None:
    """A person corrects what they typed, not an empty box."""
    form = e_form({"type": "number", "key": "n", "label": "Số"})
    data = {"n": "mười"}
    tree = draw(app, form, data, problems=forms.check(form, data, strict=True).problems)
    assert tree.get_element_by_id("f-n").get("value") == "mười"


def test_answers_read_as_lines(app: Flask) -> None:
    """Labels with readable values, headings for groups and rows, nothing hidden."""
    with app.test_request_context("/"):
        lines = {line.path: line.value for line in eform.lines(EVERYTHING, ANSWERS, at=NOW)}
    assert lines["ngay"] == "29/02/2024"
    assert lines["luc"] == "29/02/2024 10:30"
    assert lines["so"] == "12,5"
    assert lines["co"] == "Có"
    assert lines["mot"] == "B"
    assert lines["the"] == "–"
    assert lines["cha"] is None
    assert lines["con[0].giay[1].so"] == "2"


def test_a_list_without_rows_reads_as_none() -> None:
    """Answers read back show no row that nobody filled in."""
    form = e_form({"type": "dynamiclist", "path": "con", "components": [text("ten")]})
    assert eform.lines(form, {}, at=NOW) == []


def test_posted_names_that_are_no_field_are_left_alone() -> None:
    """Only the form's own keys are read, however the names look."""
    form = e_form(text("a"), {"type": "dynamiclist", "path": "con", "components": [text("ten")]})
    posted = MultiDict(
        {
            "a": "1",
            "b": "2",
            "__proto__.x": "3",
            "con[99999999].ten": "4",
            "con[0]": "",
            "con[0].ten": "5",
            "con[3].ten": "6",
        }
    )
    assert eform_posted.parse(form, posted) == {"a": "1", "con": [{"ten": "5"}]}
