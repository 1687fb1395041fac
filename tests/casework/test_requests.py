"""A supplement request, item by item, as the officer wrote it."""

from __future__ import annotations

from casework.requests import items
from tests.builders import component, definition, form, step, text_field

AREA = {"type": "textarea", "id": "f_noi_dung", "key": "noi_dung", "label": "Nội dung"}
DIAGRAM = """
start s
user nhan
end xong
s -> nhan -> xong
"""


def asked(text: str) -> list[tuple[int, str, str]]:
    found = definition(
        DIAGRAM,
        {"nhan": step("receive", "one_stop")},
        forms={"phieu": form("phieu", AREA, text_field("so"))},
        components=(component("ban_ve"), component("ban_ve_mong"), component("don")),
    )
    request = {"noi_dung": text, "so": "12"}
    return [
        (one.number, one.text, one.component.code if one.component else "") for one in items(found, request)
    ]


def test_each_line_is_an_item_without_its_bullet():
    assert asked("- Thiếu chữ ký\n\n2) Ghi rõ ngày sinh\n• Nộp lại ảnh") == [
        (1, "Thiếu chữ ký", ""),
        (2, "Ghi rõ ngày sinh", ""),
        (3, "Nộp lại ảnh", ""),
    ]


def test_a_line_that_names_a_paper_belongs_to_it():
    """Accents and case do not matter; of two names the longer one is meant."""
    assert asked("BAN_VE_MONG: thiếu trang 2\nban_ve: mờ") == [
        (1, "BAN_VE_MONG: thiếu trang 2", "ban_ve_mong"),
        (2, "ban_ve: mờ", "ban_ve"),
    ]


def test_the_words_before_a_colon_may_be_the_beginning_of_a_name():
    """Of one paper only: what could mean two means none."""
    assert asked("do: thiếu\nban: mờ\nba lần") == [
        (1, "do: thiếu", "don"),
        (2, "ban: mờ", ""),
        (3, "ba lần", ""),
    ]


def test_what_is_no_text_area_asks_for_nothing():
    assert asked(" \n ") == []
