"""The one-stop counter in a browser: file for somebody, receive and print, receive what came online, hand over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor
from tests.browser.test_applicant import PDF, fill_birth

CLERK = "mc.thachkhoi"
Visit = Callable[..., Visitor]


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (360, True), (1024, False)])
def test_an_officer_files_and_receives_for_somebody(visit: Visit, width: int, scripts: bool) -> None:
    """From the procedure to the printed receipt, with JavaScript and without; mistakes are named and nothing is lost."""
    visitor = visit(width, scripts)
    look = visitor.look if scripts else lambda name: None
    visitor.sign_in(CLERK)
    visitor.go("/quay/nop-ho?q=khai+sinh")
    look("counter-procedures")
    visitor.press("Nhập hồ sơ")
    visitor.press("Lưu và tiếp tục")
    look("counter-applicant-wrong")
    visitor.fill("id_number", "030088001234")
    visitor.page.press("#f-id-number", "Enter")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.input_value("#f-name") == "Nguyễn Văn Hưng"
    visitor.page.check("#f-assisted")
    look("counter-applicant")
    visitor.press("Lưu và tiếp tục")
    assert visitor.page.input_value("#f-nguoi-yeu-cau") == "Nguyễn Văn Hưng"
    look("counter-form")
    fill_birth(visitor)
    visitor.press("Lưu và tiếp tục")
    visitor.press("Lưu và tiếp tục")
    assert "Chưa nhận giấy tờ bắt buộc" in visitor.page.inner_text("main")
    look("counter-papers-wrong")
    visitor.page.check("#full-giay_chung_sinh")
    paper = {"name": "giấy chứng sinh.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    visitor.press("Tải lên và ở lại trang này")
    assert visitor.page.input_value("#originals-giay_chung_sinh") == "1"
    look("counter-papers")
    visitor.press("Lưu và tiếp tục")
    look("counter-review")
    visitor.press("Tiếp nhận và in giấy hẹn")
    assert "Đã tiếp nhận hồ sơ" in visitor.page.inner_text("h1")
    look("counter-filed")
    receipt = visitor.page.get_attribute("main a:has-text('In giấy tiếp nhận')", "href")
    printed = visitor.page.request.get(visitor.url + receipt)
    assert printed.body().startswith(b"%PDF")
