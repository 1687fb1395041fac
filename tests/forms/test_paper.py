"""An e-form on paper: blank with every field, declared with what shows."""

from __future__ import annotations

from typing import Any

from forms import load, paper

FORM = """{"type": "default", "components": [
  {"type": "text", "id": "t", "text": "### Tờ khai\\nKính gửi: **Ủy ban**"},
  {"type": "group", "id": "g", "label": "Người khai", "components": [
    {"type": "textfield", "id": "a", "key": "ten", "label": "Họ tên", "layout": {"row": "r", "columns": 10}},
    {"type": "radio", "id": "b", "key": "gioi", "label": "Giới tính", "layout": {"row": "r", "columns": 6},
     "values": [{"label": "Nam", "value": "1"}, {"label": "Nữ", "value": "2"}]}]},
  {"type": "checkbox", "id": "c", "key": "co_con", "label": "Có con"},
  {"type": "dynamiclist", "id": "d", "path": "con", "label": "Con", "conditional": {"hide": "=co_con != true"},
   "defaultRepetitions": 0, "components": [
    {"type": "datetime", "id": "e", "subtype": "date", "dateLabel": "Ngày sinh", "key": "ngay"}]}]}"""


def labels(lines: list[dict[str, Any]]) -> list[str]:
    return [cell["label"] for line in lines for cell in line.get("cells", ())]


def test_a_blank_form_has_every_field_and_rows_to_fill_in() -> None:
    """What depends on an answer is printed too; a choice of few has boxes, none of them ticked."""
    lines = paper.blank(load(FORM, key="k"))
    assert lines[:3] == [
        {"title": "Tờ khai"},
        {"text": "Kính gửi: Ủy ban"},
        {"heading": "Người khai", "level": 0},
    ]
    assert [cell["span"] for cell in lines[3]["cells"]] == [10, 6]
    assert lines[3]["cells"][1]["options"] == [
        {"label": "Nam", "chosen": False},
        {"label": "Nữ", "chosen": False},
    ]
    assert labels(lines).count("Ngày sinh") == paper.BLANK_ROWS
    assert all(cell["value"] is None for line in lines for cell in line.get("cells", ()))


def test_a_declared_form_has_what_shows() -> None:
    """Answers in words, ticks where chosen; what is hidden is left out with its heading."""
    e_form = load(FORM, key="k")
    lines = paper.declared(e_form, {"ten": "Lê Thị Bình", "gioi": "2", "co_con": False})
    assert labels(lines) == ["Họ tên", "Giới tính", ""]
    name, sex = lines[3]["cells"]
    assert name["value"] == "Lê Thị Bình"
    assert [one["label"] for one in sex["options"] if one["chosen"]] == ["Nữ"]
    more = paper.declared(e_form, {"co_con": True, "con": [{"ngay": "2023-06-01"}]})
    assert more[-2] == {"heading": "Con (1)", "level": 0}
    assert more[-1]["cells"][0]["value"] == "01/06/2023"
