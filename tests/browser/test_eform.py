"""Every type of field in a browser: fits the screen, passes axe, is kept and judged; with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from casework import publish
from casework.publish import Published
from engine.actor import Actor
from tests.browser.conftest import Site, Visitor
from tests.browser.test_applicant import CITIZEN, PDF, WARD
from tests.builders import PNG
from tests.casework import bundles
from tests.forms.build import e_form, text

Visit = Callable[..., Visitor]
CODE = "1.000099"
OPTIONS = [
    {"label": "Nam", "value": "nam"},
    {"label": "Nữ", "value": "nu"},
    {"label": "Khác", "value": "khac"},
]
MANY = [{"label": f"Giấy tờ số {n}", "value": f"g{n}"} for n in range(1, 12)]
NEEDED = {"validate": {"required": True}}
CHILD: dict[str, Any] = {
    "type": "dynamiclist",
    "path": "con",
    "label": "Các con",
    "components": [
        text("ten", label="Tên con", **NEEDED),
        {
            "type": "dynamiclist",
            "path": "giay",
            "label": "Giấy tờ của con",
            "components": [text("so", label="Số giấy")],
        },
    ],
}
DRAWN: list[dict[str, Any]] = [
    {"type": "text", "text": "## Đủ các loại trường\n\nChữ **đậm**, [liên kết](https://example.org):\n\n- một\n- hai"},
    {"type": "html", "content": "<p>HTML <em>nghiêng</em><script>alert(1)</script></p>"},
    {"type": "table", "label": "Bảng tra", "dataSource": '=[{ma: "A", ten: "Đất ở"}, {ma: "B", ten: "Đất nông nghiệp"}]',
     "columns": [{"label": "Mã", "key": "ma"}, {"label": "Tên", "key": "ten"}], "rowCount": 10},
    {"type": "separator"},
    {"type": "spacer", "height": 20},
    {"type": "image", "alt": "Ảnh mẫu", "source": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="},
    {"type": "iframe", "label": "Bản đồ", "url": "https://example.org/ban-do"},
    {"type": "button", "action": "submit", "label": "Nộp"},
]  # fmt: skip
LOCKED: list[dict[str, Any]] = [
    text("doc", label="Chỉ đọc", readonly=True, defaultValue="Đã có sẵn"),
    text("khoa", label="Bị khóa", disabled=True, defaultValue="Không sửa được"),
    {"type": "checkbox", "key": "doc_o", "label": "Ô chỉ đọc", "readonly": True, "defaultValue": True},
    {"type": "select", "key": "doc_chon", "label": "Chọn chỉ đọc", "readonly": True, "values": OPTIONS, "defaultValue": "nu"},
    {"type": "radio", "key": "doc_mot", "label": "Một chỉ đọc", "readonly": True, "values": OPTIONS, "defaultValue": "nu"},
    {"type": "taglist", "key": "doc_the", "label": "Thẻ chỉ đọc", "readonly": True, "values": OPTIONS, "defaultValue": ["nam"]},
]  # fmt: skip
EVERYTHING = e_form(
    *DRAWN[:2],
    {"type": "group", "label": "Người khai", "path": "nguoi", "components": [
        text("ho_ten", label="Họ và tên", description="Như trên giấy khai sinh", layout={"row": "r", "columns": 8}, **NEEDED),
        {"type": "datetime", "key": "ngay_sinh", "dateLabel": "Ngày sinh", "layout": {"row": "r", "columns": 8}, **NEEDED},
        {"type": "radio", "key": "gioi", "label": "Giới tính", "values": OPTIONS, **NEEDED},
        text("thu", label="Thư điện tử", validate={"validationType": "email"}),
    ]},
    {"type": "textarea", "key": "ly_do", "label": "Lý do", "validate": {"maxLength": 200}},
    {"type": "number", "key": "dien_tich", "label": "Diện tích", "decimalDigits": 2, "appearance": {"suffixAdorner": "m²"},
     "validate": {"required": True, "min": 1}},
    {"type": "number", "key": "gia", "label": "Giá đất", "decimalDigits": 0, "appearance": {"prefixAdorner": "VND"}},
    {"type": "expression", "key": "tien", "expression": "=if dien_tich = null or gia = null then null else dien_tich * gia",
     "computeOn": "change"},
    {"type": "text", "text": '**{{if tien = null then "Chưa đủ số liệu" else "Thành tiền: " + string(tien)}}**'},
    {"type": "datetime", "key": "gio", "subtype": "time", "timeLabel": "Giờ hẹn"},
    {"type": "datetime", "key": "luc", "subtype": "datetime", "dateLabel": "Ngày", "timeLabel": "Giờ",
     "timeSerializingFormat": "utc_offset"},
    {"type": "select", "key": "tinh", "label": "Tỉnh", "values": OPTIONS, **NEEDED},
    {"type": "checkbox", "key": "buu_dien", "label": "Nhận kết quả qua bưu điện"},
    text("dia_chi", label="Địa chỉ nhận", conditional={"hide": "=buu_dien != true"}, **NEEDED),
    {"type": "checklist", "key": "nhieu", "label": "Giấy tờ đã có", "values": MANY, **NEEDED},
    {"type": "taglist", "key": "the", "label": "Thẻ", "values": OPTIONS},
    {"type": "filepicker", "key": "anh", "label": "Ảnh chân dung", "accept": ".png,.jpg", **NEEDED},
    {"type": "filepicker", "key": "khac", "label": "Giấy tờ khác", "multiple": True},
    CHILD, *DRAWN[2:], *LOCKED,
    title="Tờ khai đủ loại trường",
)  # fmt: skip


@pytest.fixture
def draft(site: Site, visit: Visit) -> Callable[..., Visitor]:
    """A citizen at a new draft of a procedure that asks with every type of field."""
    nodes = [bundles.start("khai"), bundles.step("tiep_nhan", "receive", "accept:Tiếp nhận"), bundles.end()]
    content = bundles.one_lane(CODE, "Thủ tục đủ loại trường", *nodes, forms={"khai": EVERYTHING})
    now = site.town.now
    done = publish.publish(
        site.town.session,
        Actor("admin", "admin"),
        content,
        decision_number="1",
        effective_from=now.date(),
        now=now,
    )
    assert isinstance(done, Published) or done.code == "version_exists", done

    def begin(**how: Any) -> Visitor:
        visitor = visit(**how)
        visitor.sign_in(CITIZEN)
        visitor.go(f"/thu-tuc/{CODE}/nop")
        visitor.choose("agency", WARD)
        visitor.press("Tiếp tục")
        return visitor

    return begin


def file(name: str) -> dict[str, Any]:
    if name.endswith("png"):
        return {"name": name, "mimeType": "image/png", "buffer": PNG}
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}


def test_every_field_is_drawn_judged_and_kept(draft: Callable[..., Visitor]) -> None:
    """Empty, wrong, then right: axe and the screen's width at each; an error leads to its field; focus stays in a redraw."""
    visitor = draft(width=1440)
    page = visitor.page
    visitor.look("eform", 360)
    visitor.press("Lưu và tiếp tục")
    visitor.look("eform-wrong", 360)
    page.click(".mc-errors a:has-text('Ảnh chân dung')")
    assert page.evaluate("document.activeElement.id") == "f-anh"

    page.goto(page.url.partition("#")[0])
    page.set_input_files("#f-anh", [file("giấy.pdf")])
    visitor.settle()
    expect(page.locator("#e-f-anh")).to_contain_text("chỉ nhận .png,.jpg")
    page.set_input_files("#f-anh", [file("ảnh.png")])
    visitor.settle()
    expect(page.locator("main")).to_contain_text("ảnh.png")
    page.set_input_files("#f-khac", [file("một.pdf"), file("hai.pdf")])
    visitor.settle()
    expect(page.locator("main")).to_contain_text("hai.pdf")

    visitor.fill("dien_tich", "1.234,56")
    page.keyboard.press("Tab")
    visitor.settle()
    visitor.fill("gia", "2.000.000")
    page.keyboard.press("Tab")
    visitor.settle()
    expect(page.locator("main")).to_contain_text("Thành tiền: 2469120000")
    assert page.evaluate("document.activeElement.id") == "f-gio"
    page.check("#f-buu-dien")
    visitor.settle()
    visitor.fill("dia_chi", "Khu 3")
    visitor.press("Thêm dòng")
    visitor.look("eform-filled", 360)
    visitor.press("Lưu và tiếp tục")
    expect(page.locator(".mc-errors")).to_contain_text("Họ và tên")
    assert page.input_value("#f-dien-tich") == "1234,56"
    expect(page.locator("main")).to_contain_text("ảnh.png")


def test_fields_side_by_side_stand_on_one_line(visit: Visit) -> None:
    """Whatever the length of their labels and hints: the birth form's names, numbers and dates."""
    visitor = visit(width=1366)
    visitor.sign_in(CITIZEN)
    visitor.go("/thu-tuc/1.001193/nop")
    visitor.choose("agency", WARD)
    visitor.press("Tiếp tục")
    lines = visitor.page.evaluate(
        """() => [...document.querySelectorAll(".mc-beside")]
          .filter((line) => line.children.length > 1 && !line.querySelector("fieldset"))
          .map((line) => [...line.querySelectorAll(".form-control, .form-select")])
          .map((inputs) => inputs.map((input) => Math.round(input.getBoundingClientRect().bottom)))"""
    )
    assert lines
    assert [line for line in lines if len(set(line)) > 1] == []


def test_without_scripts_everything_can_be_filled_in(draft: Callable[..., Visitor]) -> None:
    """Files and rows go with the next button; what is right leads on."""
    visitor = draft(width=360, scripts=False)
    page = visitor.page
    visitor.fill("nguoi.ho_ten", "Nguyễn Văn Hưng")
    visitor.fill("nguoi.ngay_sinh", "1990-05-01")
    page.check("#f-nguoi-gioi")
    visitor.fill("dien_tich", "100,5")
    visitor.choose("tinh", "nu")
    page.check("#f-nhieu-2")
    page.set_input_files("#f-anh", [file("ảnh.png")])
    page.click("button:has-text('Thêm dòng') >> nth=0")
    page.set_input_files("#f-khac", [file("một.pdf")])
    for row in page.locator("input[id$='-ten']:visible").all():
        row.fill("An")
    page.click("main button:has-text('Lưu và tiếp tục')")
    assert page.url.endswith("/giay-to")
    page.goto(page.url.replace("/giay-to", "/xem-lai"))
    review = page.inner_text("main")
    assert "ảnh.png" in review
    assert "một.pdf" in review
    assert "100,5" in review


def test_the_counter_takes_files_of_the_form_too(visit: Visit, draft: Callable[..., Visitor]) -> None:
    """The same pickers where an officer files for somebody: kept at once, named, taken away again."""
    visitor = visit(width=360)
    page = visitor.page
    visitor.sign_in("mc.thachkhoi")
    visitor.go("/quay/nop-ho?q=đủ+loại")
    visitor.press("Nhập hồ sơ")
    visitor.fill("id_number", "030088001234")
    visitor.fill("name", "Nguyễn Văn Hưng")
    visitor.press("Lưu và tiếp tục")
    page.set_input_files("#f-anh", [file("chân dung.png")])
    page.wait_for_selector(".mc-files >> text=chân dung.png")
    page.set_input_files("#f-khac", [file("a.pdf"), file("b.pdf")])
    page.wait_for_selector(".mc-files >> text=b.pdf")
    visitor.look("counter-form-files")
    page.click("button:has-text('Bỏ tệp a.pdf')")
    page.wait_for_selector(".mc-files >> text=a.pdf", state="detached")
    assert page.locator(".mc-files li").count() == 2
