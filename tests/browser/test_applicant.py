"""The applicant's main path in a browser: find, file, track, answer, withdraw; on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route

from casework.gate import Accepted
from engine.commands import ClaimTask, CompleteTask
from tests.browser.conftest import Site, Visitor

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
CITIZEN = "nguyenvanhung"
WARD = "H23.30.05"
Visit = Callable[..., Visitor]


def fill_birth(visitor: Visitor, papers: str = "giay_chung_sinh") -> None:
    """The e-form of a birth registration; who files is known from the account."""
    visitor.choose("quan_he", "cha")
    visitor.fill("ho_ten", "NGUYỄN MINH ANH")
    visitor.page.check("#f-gioi-tinh-2")
    visitor.fill("ngay_sinh", datetime.now(UTC).date().isoformat())
    visitor.fill("noi_sinh", "Bệnh viện Phụ sản Hải Dương")
    visitor.fill("que_quan", "Thạch Khôi, Hải Dương")
    visitor.fill("me_ho_ten", "Trần Thị Thu Hà")
    visitor.fill("me_nam_sinh", "1992")
    visitor.fill("me_noi_cu_tru", "Khu 3, phường Thạch Khôi")
    visitor.choose("giay_to_sinh", papers)
    visitor.page.uncheck("#f-khai-cha")
    visitor.page.check("#f-cam-doan")


def begin(visitor: Visitor) -> None:
    visitor.go("/thu-tuc/1.001193")
    visitor.press("Nộp hồ sơ trực tuyến")  # at once: the ward is known by the account's address
    assert "Thạch Khôi" in visitor.page.inner_text("main")


def file_birth(visitor: Visitor) -> str:
    """File and return the dossier's code."""
    begin(visitor)
    fill_birth(visitor)
    visitor.press("Lưu và tiếp tục")
    paper = {"name": "giấy chứng sinh.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    visitor.press("Lưu và tiếp tục")
    visitor.press("Nộp hồ sơ")
    return visitor.page.inner_text(".mc-code").strip()


def test_an_applicant_finds_files_and_tracks(visit: Visit) -> None:
    """Every page of the way passes axe and fits the screen; mistakes are named and nothing typed is lost."""
    visitor = visit(360)
    visitor.go("/")
    visitor.look("home", 1440)
    visitor.go("/thu-tuc?q=khai+sinh")
    assert "Đăng ký khai sinh" in visitor.page.inner_text("main")
    visitor.look("catalogue", 1440)
    visitor.page.click("summary:has-text('Lọc theo sự kiện')")
    for name, value in (
        ("life_event", "sinh_con"),
        ("level", "commune"),
        ("agency", WARD),
        ("audience", "citizen"),
    ):
        visitor.page.select_option(f"[name={name}]", value)
    visitor.press("Tìm")
    visitor.look("catalogue-narrowed", 1440)
    visitor.page.click("main a:has-text('Đăng ký khai sinh')")
    visitor.look("procedure", 1440)
    form = visitor.page.get_attribute("h2:has-text('Biểu mẫu để tải') + ul a", "href")
    assert visitor.page.request.get(f"{visitor.url}{form}").body().startswith(b"%PDF")
    visitor.page.click("text=Nộp hồ sơ trực tuyến")
    visitor.look("sign-in", 1440)
    visitor.type_password(CITIZEN)
    visitor.go("/thu-tuc/1.001193/nop")
    visitor.choose("agency", "")
    visitor.press("Tiếp tục")
    visitor.look("begin-wrong", 1440)
    visitor.choose("agency", WARD)
    visitor.press("Tiếp tục")
    assert visitor.page.input_value("#f-nguoi-yeu-cau") == "Nguyễn Văn Hưng"
    visitor.press("Lưu và tiếp tục")
    visitor.look("form-wrong", 1440)
    assert "Ngày sinh: phải điền ngày." in visitor.page.inner_text(".mc-errors")
    visitor.page.click(".mc-errors a >> text=Quan hệ")
    assert visitor.page.evaluate("document.activeElement.id") == "f-quan-he"
    fill_birth(visitor)
    visitor.press("Lưu và tiếp tục")
    visitor.press("Lưu và tiếp tục")
    visitor.look("papers-missing", 1440)
    wrong = {"name": "ảnh.png", "mimeType": "image/png", "buffer": b"<html>not a picture</html>"}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [wrong])
    visitor.page.wait_for_selector(".mc-errors >> text=không phải PDF")
    assert "không phải PDF, JPG hoặc PNG" in visitor.page.inner_text(".mc-errors")
    paper = {"name": "giấy chứng sinh.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    visitor.press("Lưu và tiếp tục")
    visitor.look("review", 1440)
    assert "NGUYỄN MINH ANH" in visitor.page.inner_text("main")
    visitor.press("Nộp hồ sơ")
    visitor.look("receipt", 1440)
    code, secret = visitor.page.inner_text(".mc-code").strip(), visitor.page.inner_text(".mc-secret").strip()
    assert re.fullmatch(rf"{re.escape(WARD)}-\d{{6}}-\d{{4}}", code)
    visitor.go(f"/ho-so/{code}")
    visitor.page.click("summary:has-text('Đọc sơ đồ bằng lời')")
    assert "Tiếp nhận hồ sơ" in visitor.page.inner_text("details:has(summary:has-text('Đọc sơ đồ bằng lời'))")
    visitor.look("dossier", 1440)
    visitor.go("/ho-so")
    visitor.look("my-dossiers", 1440)

    stranger = visit(360)
    stranger.go("/tra-cuu")
    stranger.look("track", 1440)
    stranger.fill("code", code)
    stranger.fill("secret", secret)
    stranger.press("Tra cứu")
    stranger.look("tracked", 1440)
    assert "Nguyễn Văn Hưng" not in stranger.page.content()
    assert "MINH ANH" not in stranger.page.content()


def test_fields_that_depend_on_an_answer_come_and_go(visit: Visit) -> None:
    """Choices redraw the form on the server; what was typed meanwhile stays; rows are added and removed."""
    visitor = visit()
    visitor.sign_in(CITIZEN)
    begin(visitor)
    page = visitor.page
    visitor.fill("ho_ten", "NGUYỄN MINH ANH")
    visitor.choose("giay_to_sinh", "van_ban_lam_chung")
    page.wait_for_selector("#f-nguoi-lam-chung-0-ho-ten")
    visitor.fill("nguoi_lam_chung-0-ho_ten", "Lê Thị Bình")
    visitor.press("Thêm dòng")
    visitor.fill("nguoi_lam_chung-1-ho_ten", "Trần Văn Cường")
    visitor.look("form-rows")
    visitor.press("Xóa dòng 1")
    page.wait_for_selector("#f-nguoi-lam-chung-1-ho-ten", state="detached")
    assert page.input_value("#f-nguoi-lam-chung-0-ho-ten") == "Trần Văn Cường"
    visitor.choose("giay_to_sinh", "giay_chung_sinh")
    page.wait_for_selector("#f-nguoi-lam-chung-0-ho-ten", state="detached")
    assert page.input_value("#f-ho-ten") == "NGUYỄN MINH ANH"


def test_a_draft_keeps_what_was_typed(visit: Visit) -> None:
    """Saved while typing, told when it cannot be and made up for; another day, from another browser, it is all there."""
    visitor = visit(360)
    page = visitor.page
    visitor.sign_in(CITIZEN)
    begin(visitor)
    path = page.url.removeprefix(visitor.url)
    page.context.set_offline(True)
    visitor.fill("ho_ten", "TRẦN BẢO NGỌC")
    page.wait_for_selector("text=Mất kết nối")
    page.context.set_offline(False)
    page.wait_for_selector("text=Đã lưu nháp lúc")
    page.wait_for_selector("text=Mất kết nối", state="hidden")
    kept = page.context.cookies()
    page.context.clear_cookies()
    visitor.fill("noi_sinh", "Bệnh viện Phụ sản")
    page.wait_for_selector("text=Phiên làm việc đã hết")
    page.click("main button:has-text('Lưu và tiếp tục')")  # nothing leaves the page before there is a session
    page.context.add_cookies(kept)  # signed in again in another tab
    page.wait_for_selector(".mc-errors")
    assert page.input_value("#f-noi-sinh") == "Bệnh viện Phụ sản"
    later = visit()
    later.sign_in(CITIZEN)
    later.go(path)
    assert later.page.input_value("#f-ho-ten") == "TRẦN BẢO NGỌC"


def test_filing_works_without_javascript(visit: Visit) -> None:
    """Plain posts all the way; the form is drawn anew at the next button."""
    visitor = visit(scripts=False)
    page = visitor.page
    visitor.type_password(CITIZEN)
    visitor.go("/thu-tuc")
    page.fill("main input[name=q]", "khai sinh")
    page.press("main input[name=q]", "Enter")
    assert "Đăng ký khai sinh" in page.inner_text("main")
    code = file_birth(visitor)
    assert code.startswith(WARD)
    secret = page.inner_text(".mc-secret").strip()
    visitor.go("/tra-cuu")
    visitor.fill("code", code)
    visitor.fill("secret", secret)
    visitor.press("Tra cứu")
    page.click("main a:has-text('Phản ánh, kiến nghị về hồ sơ này')")
    assert page.input_value("#f-about") == WARD
    page.check("#f-kind")
    page.fill("#f-title", "Chờ lâu")
    page.fill("#f-body", "Chưa ai trả lời.")
    visitor.press("Gửi phản ánh, kiến nghị")
    assert page.inner_text(".mc-code").strip()


def test_pressing_twice_files_once(visit: Visit) -> None:
    """The review page of a filed draft leads to its receipt."""
    visitor = visit()
    visitor.sign_in(CITIZEN)
    begin(visitor)
    fill_birth(visitor)
    visitor.press("Lưu và tiếp tục")
    paper = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    visitor.press("Lưu và tiếp tục")
    path = visitor.page.url.removeprefix(visitor.url)
    visitor.press("Nộp hồ sơ")
    first = visitor.page.inner_text(".mc-code")
    visitor.go(path)
    assert visitor.page.inner_text(".mc-code") == first


def test_an_applicant_answers_a_supplement_request_and_withdraws(visit: Visit, site: Site) -> None:
    """The request is shown in words, answered with text and papers; the dossier then can be withdrawn."""
    visitor = visit(360)
    visitor.sign_in(CITIZEN)
    code = file_birth(visitor)
    ask_for_more(site, code)
    visitor.go(f"/ho-so/{code}")
    assert "Việc bạn cần làm" in visitor.page.inner_text("main")
    visitor.look("dossier-supplement", 1440)
    visitor.page.click("text=Trả lời, gửi bổ sung")
    assert "Giấy chứng sinh mờ" in visitor.page.inner_text("main")
    visitor.look("answer", 1440)
    visitor.page.click("main button[name=_outcome] >> nth=0")
    visitor.look("answer-wrong", 1440)
    visitor.fill("giai_trinh", "Đã chụp lại giấy chứng sinh.")
    paper = {"name": "chụp lại.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    visitor.page.click("main button[name=_outcome] >> nth=0")
    assert "Việc bạn cần làm" not in visitor.page.inner_text("main")
    visitor.page.click("summary:has-text('Rút hồ sơ')")
    visitor.fill("reason", "Tôi không còn nhu cầu")
    visitor.press("Rút hồ sơ này")
    assert "Công dân yêu cầu rút hồ sơ" in visitor.page.inner_text("main")
    visitor.look("withdrawn", 1440)


def ask_for_more(site: Site, code: str) -> None:
    """The one-stop officer claims the reception and asks for a better copy."""
    town = site.town
    town.session.rollback()
    town.now = datetime.now(UTC)
    officer, number = town.officer(WARD, "one_stop_officer"), town.task_no(code, "tiep_nhan")
    request = {"noi_dung": "Giấy chứng sinh mờ, đề nghị chụp lại."}
    for command in (ClaimTask(officer, number), CompleteTask(officer, number, "supplement", request)):
        done = town.give(code, command, after=timedelta())
        assert isinstance(done, Accepted), done


@pytest.mark.parametrize("path", ["/", "/thu-tuc/1.001193", "/tra-cuu", "/register"])
def test_pages_speak_english_on_request(visit: Visit, path: str) -> None:
    """`?lang=en` switches for good; the page says its language and stays accessible."""
    visitor = visit()
    visitor.go(path + "?lang=en")
    assert visitor.page.get_attribute("html", "lang") == "en"
    assert "Thủ tục nộp được trực tuyến" not in visitor.page.content()
    visitor.go(path)
    assert "Track a dossier" in visitor.page.inner_text("header")
    visitor.look(f"english{path.replace('/', '-')}")


def test_what_is_typed_while_the_form_is_redrawn_stays(visit: Visit) -> None:
    """On a slow line the answer of the server must not wipe what the person went on typing."""
    visitor = visit()
    visitor.sign_in(CITIZEN)
    begin(visitor)
    page = visitor.page
    held: list[Route] = []
    page.route("**/bieu-mau", lambda route: held.append(route))
    with page.expect_request("**/bieu-mau"):
        visitor.choose("giay_to_sinh", "van_ban_lam_chung")
    page.click("#f-que-quan")
    page.keyboard.type("Thạch Khôi")
    page.check("#f-gioi-tinh-2")
    page.focus("#f-que-quan")
    held[0].continue_()
    page.wait_for_selector("#f-nguoi-lam-chung-0-ho-ten")
    assert page.input_value("#f-que-quan") == "Thạch Khôi"
    assert page.is_checked("#f-gioi-tinh-2")
    assert page.evaluate("document.activeElement.id") == "f-que-quan"
    page.keyboard.type(", Hải Dương")
    assert page.input_value("#f-que-quan") == "Thạch Khôi, Hải Dương"


def test_two_quick_changes_end_as_the_second_left_the_form(visit: Visit) -> None:
    """The second change overtakes the first one's answer."""
    visitor = visit()
    visitor.sign_in(CITIZEN)
    begin(visitor)
    page = visitor.page
    held: list[Route] = []
    page.route("**/bieu-mau", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/bieu-mau"):
        visitor.choose("giay_to_sinh", "van_ban_lam_chung")
    with page.expect_response("**/bieu-mau"):
        page.uncheck("#f-khai-cha")
    page.wait_for_selector("#f-cha-ho-ten", state="detached")
    assert page.locator("#f-nguoi-lam-chung-0-ho-ten").count() == 1
    assert not page.is_checked("#f-khai-cha")
