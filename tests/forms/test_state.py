"""What is drawn: the tree of visible fields with their values, choices, texts and rows."""

from __future__ import annotations

from forms import check, state
from forms.dependencies import live_fields
from forms.state import FieldState, FormState
from tests.forms.build import e_form, text


def flat(drawn: FormState) -> dict[str, FieldState]:
    """Field states of the top level by path or id."""
    return {one.path or one.id: one for line in drawn.lines for one in line}


def test_fields_of_one_layout_row_stand_on_one_line() -> None:
    """Lines follow the layout; hidden fields are left out."""
    form = e_form(
        text("a", layout={"row": "r", "columns": 6}),
        text("b", layout={"row": "r"}),
        text("c"),
        text("d", conditional={"hide": "=true"}),
    )
    assert [[one.path for one in line] for line in state(form, {}).lines] == [["a", "b"], ["c"]]
    assert flat(state(form, {}))["a"].columns == 6


def test_rows_of_a_list_carry_their_paths_and_problems() -> None:
    """Each problem lies beside the field it names."""
    form = e_form(
        {
            "type": "dynamiclist",
            "path": "con",
            "label": "Con",
            "components": [text("ten", validate={"required": True})],
        }
    )
    data = {"con": [{"ten": "An"}, {}]}
    drawn = flat(state(form, data, problems=check(form, data).problems))["con"]
    assert [[one.path for line in row.lines for one in line] for row in drawn.rows] == [
        ["con[0].ten"],
        ["con[1].ten"],
    ]
    second = drawn.rows[1].lines[0][0]
    assert second.required
    assert [problem.code for problem in second.problems] == ["required"]


def test_texts_are_rendered_with_values_and_cleaned() -> None:
    """Markdown and HTML of the form become harmless HTML; answers in them stay plain text."""
    form = e_form(
        text("ten"),
        {
            "type": "text",
            "id": "t",
            "text": "# Xin chào {{ten}}\n\n[xấu](javascript:alert(1)) {{#if ten != null}}có{{/if}}",
        },
        {
            "type": "html",
            "id": "h",
            "content": "<p style='color:red' onclick='x()'>{{ten}}</p><script>alert(1)</script>",
        },
        {"type": "image", "id": "i", "source": "javascript:alert(1)", "alt": "{{ten}}"},
    )
    drawn = flat(state(form, {"ten": "<b>[An](http://x)</b>"}))
    assert "<h3>Xin chào" in drawn["t"].html
    assert "<a " not in drawn["t"].html
    assert '<a href="http://x"' not in drawn["t"].html
    assert "<b>" not in drawn["t"].html
    assert drawn["h"].html.startswith("<p>&lt;b&gt;")
    assert "script" not in drawn["h"].html
    assert drawn["i"].texts == {"source": "", "alt": "<b>[An](http://x)</b>"}


def test_loops_in_texts_see_each_item() -> None:
    """`{{#loop}}` gives the item's keys, `this` and `parent`."""
    form = e_form(
        {"type": "text", "id": "t", "text": "{{#loop hobbies}}{{this.name}}/{{name}}/{{parent.x}};{{/loop}}"}
    )
    drawn = flat(state(form, {}, context={"x": 7, "hobbies": [{"name": "a"}, {"name": "b"}]}))
    assert drawn["t"].html == "<p>a/a/7;b/b/7;</p>\n"


def test_tables_show_their_rows_as_text() -> None:
    """Columns by key; nested values as JSON, nothing for null."""
    form = e_form(
        {
            "type": "table",
            "id": "t",
            "dataSource": "=rows",
            "columns": [{"label": "A", "key": "a"}, {"label": "", "key": "b"}],
        }
    )
    table = flat(state(form, {}, context={"rows": [{"a": 1.5, "b": {"c": "ế"}}, {"b": None}, 5]}))["t"].table
    assert table is not None
    assert table.columns == ("A", "b")
    assert table.cells == (("1.5", '{"c": "ế"}'), ("", ""))


def test_limits_and_labels_are_evaluated_where_they_stand() -> None:
    """Labels may be templates or expressions; limits come out as numbers."""
    form = e_form(
        {
            "type": "number",
            "key": "n",
            "label": "Tối đa {{toi_da}}",
            "validate": {"max": "=toi_da * 2"},
            "description": "=mo_ta",
        }
    )
    drawn = flat(state(form, {}, context={"toi_da": 4, "mo_ta": "gợi ý"}))["n"]
    assert (drawn.label, drawn.description, drawn.limits) == ("Tối đa 4", "gợi ý", {"max": 8})


def test_a_choice_filtered_by_another_field_follows_it() -> None:
    """`[…][of = district]`: a name inside a filter may be a field of the form, whose change draws the choices anew."""
    wards = '=[{of: "a", value: "a1", label: "A1"}, {of: "b", value: "b1", label: "B1"}][of = district]'
    form = e_form(
        text("district", id="d"), text("other"), {"type": "select", "key": "ward", "valuesExpression": wards}
    )
    assert live_fields(form) == {"d"}
    assert [one["value"] for one in flat(state(form, {"district": "b"}))["ward"].options] == ["b1"]
