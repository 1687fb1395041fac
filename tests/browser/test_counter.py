"""The one-stop counter in a browser: file for somebody, receive and print, receive what came online, hand over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casework import attachments
from casework.documents import signing
from engine.actor import Actor
from engine.commands import FinishJob
from engine.declared import ComponentGiven
from national.demo_ca import PIN
from store import load
from tests.browser.conftest import Site, Visitor
from tests.browser.test_applicant import PDF, fill_birth
from tests.browser.test_documents import sign as sign_what_waits
from tests.casework.test_certified import ORIGINALS, compared, entered
from tests.casework.test_printing import words_of
from tests.casework.town import BIRTH_ANSWERS, WARD
from tests.documents.test_certified_copy import kept, scan
from tests.documents.work import public_id

CLERK = "mc.thachkhoi"
CHECKED = ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
Visit = Callable[..., Visitor]


def called(guest: Visitor, clerk: Visitor) -> str:
    """Somebody takes a number at the entrance, and the officer calls it; its address."""
    guest.go(f"/quay/lay-so/{WARD}")
    guest.look("counter-take")
    guest.press("Hộ tịch")
    number = guest.page.inner_text("main .mc-code").strip()
    assert guest.page.locator("main .mc-qr svg[viewBox]").count() == 1
    guest.look("counter-number")
    clerk.go("/quay/")
    clerk.page.keyboard.press("1")
    clerk.page.wait_for_url("**/so-thu-tu")
    serving = "section[aria-labelledby=now] .mc-code, section[aria-labelledby=now] p"
    while clerk.page.inner_text(serving) != number:
        with clerk.page.expect_navigation():
            clerk.page.keyboard.press("n")
    clerk.look("counter-calling")
    clerk.page.click("main a:has-text('Thời gian chờ, phục vụ')")
    clerk.look("counter-waits", 360)
    guest.page.reload()
    assert "Mời đến quầy" in guest.page.inner_text("main")
    return guest.page.url


def test_one_visit_from_the_number_to_the_result(visit: Visit, site: Site) -> None:
    """A number is called, an officer files for who stands there and receives; later the result is handed over against
    identity and a drawn signature, the original goes back; what the visit took is measured."""
    visitor, guest = visit(), visit(360)
    visitor.sign_in(CLERK)
    ticket = called(guest, visitor)
    code = filed_for_somebody(visitor, visitor.look, by_post=False)
    visitor.go("/quay/so-thu-tu")
    visitor.press("Xong")
    guest.page.goto(ticket)
    assert "Đã phục vụ xong: chờ 0 phút" in guest.page.inner_text("main")
    worked(site, code)
    visitor.go("/quay/tra-ket-qua")
    visitor.look("counter-results")
    visitor.page.click(f"main a:has-text('{code}')")
    visitor.page.check("#back-giay_chung_sinh")
    handed_over(visitor, "030088001234", visitor.look)
    assert code in visitor.page.inner_text(".alert")
    slip = visitor.page.get_attribute(f"main tr:has-text('{code}') a:has-text('Biên nhận')", "href")
    assert visitor.page.request.get(visitor.url + str(slip)).body().startswith(b"%PDF")
    visitor.fill("q", f"{site.url}/tra-cuu?code={code}")  # a receipt finds its dossier wherever it is
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(f"**/quay/ho-so/{code}")
    assert "Đã trả kết quả" in visitor.page.inner_text("h1")
    visitor.go("/quay/chot-ngay")
    visitor.look("counter-closing", 360)
    assert "Trả kết quả" in visitor.page.inner_text("section[aria-labelledby=done]")
    visitor.go(f"/desk/dossiers/{code}")
    course = visitor.page.inner_text("main")
    for said in ("Đã trả lại bản chính", "dấu vân tay chữ ký", "Đã trả kết quả"):
        assert said in course


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1024, False)])
def test_an_officer_files_and_receives_for_somebody(visit: Visit, width: int, scripts: bool) -> None:
    """From the procedure to the printed receipt, on a phone and without JavaScript; mistakes are named, nothing is lost."""
    visitor = visit(width, scripts)
    visitor.sign_in(CLERK)
    filed_for_somebody(visitor, visitor.look if scripts else lambda name: None, by_post=True, scripts=scripts)
    assert "Trả kết quả tại nhà" in visitor.page.inner_text("main")


def find_again(visitor: Visitor, number: str, account: str) -> None:
    """The number on the card, then the user name that the applicant tells."""
    visitor.fill("id_number", number)
    visitor.page.press("#f-id-number", "Enter")
    visitor.page.wait_for_load_state("networkidle")
    visitor.fill("account", account)
    visitor.press("Tìm người nộp")


def filed_for_somebody(
    visitor: Visitor, look: Callable[[str], None], *, by_post: bool, scripts: bool = True
) -> str:
    """Filed by a clerk who is signed in, with every mistake once; its code."""
    visitor.go("/quay/nop-ho?q=khai+sinh")
    look("counter-procedures")
    visitor.press("Nhập hồ sơ")
    visitor.press("Lưu và tiếp tục")
    look("counter-applicant-wrong")
    find_again(visitor, "030088001234", "nguyenvanhung")
    assert visitor.page.input_value("#f-name") == "Nguyễn Văn Hưng"
    visitor.page.check("#f-assisted")
    visitor.page.click("summary:has-text('Người nộp phí')")
    visitor.fill("payer.name", "Trần Thị Thu Hà")
    visitor.press("Lưu và tiếp tục")
    assert "Số định danh gồm 12 chữ số" in visitor.page.inner_text("main")
    visitor.fill("payer.id_number", "030192005678")
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
    visitor.page.check("#kept-giay_chung_sinh")
    paper = {"name": "giấy chứng sinh.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    if scripts:
        visitor.page.wait_for_selector("text=Bỏ tệp")  # it went up at once
    else:
        visitor.press("Tải lên và ở lại trang này")
    assert visitor.page.input_value("#originals-giay_chung_sinh") == "1"
    look("counter-papers")
    visitor.press("Lưu và tiếp tục")
    visitor.page.check("#way-post")
    visitor.fill("post.address", "nhà")
    visitor.press("Tiếp nhận và in giấy hẹn")
    assert "Ghi đủ địa chỉ" in visitor.page.inner_text("main")
    visitor.fill("post.address", "Khu 3, phường Thạch Khôi, thành phố Hải Dương")
    look("counter-review")
    if not by_post:
        visitor.page.check("#way-counter")
    visitor.press("Tiếp nhận và in giấy hẹn")
    assert "Đã tiếp nhận hồ sơ" in visitor.page.inner_text("h1")
    told = visitor.page.inner_text("main")
    for said in ("được hỗ trợ nộp", "Trần Thị Thu Hà"):
        assert said in told
    look("counter-filed")
    receipt = visitor.page.get_attribute("main a:has-text('In giấy tiếp nhận')", "href")
    printed = visitor.page.request.get(visitor.url + receipt)
    assert printed.body().startswith(b"%PDF")
    return visitor.page.inner_text(".mc-done .mc-code").strip()


def online(site: Site) -> str:
    """A birth registration filed online just now, with a scan."""
    town = site.town
    town.session.rollback()
    town.now = datetime.now(UTC) - timedelta(hours=1)
    citizen = town.person("nguyenvanhung")
    file = attachments.keep(town.session, citizen, "giấy chứng sinh.pdf", PDF, now=town.now)
    paper = ComponentGiven("giay_chung_sinh", (str(file["id"]),), originals=1)
    answers = {**BIRTH_ANSWERS, "ngay_sinh": datetime.now(UTC).date().isoformat()}
    return town.submitted(actor=citizen, answers=answers, components=(paper,))


def resolved(site: Site) -> str:
    """A dossier whose result lies at the counter."""
    code, town = online(site), site.town
    town.complete(code, "tiep_nhan", town.officer(WARD, "one_stop_officer"), "accept", da_kiem_tra=CHECKED)
    worked(site, code, now=town.now)
    return code


def worked(
    site: Site, code: str, agency: str = WARD, *, appraised: bool = False, now: datetime | None = None
) -> None:
    """What the agency does between reception and the result desk (from now on, where the pages go on with it)."""
    town = site.town
    town.session.rollback()
    town.pace, town.now = (town.pace, now) if now else (timedelta(seconds=1), datetime.now(UTC))
    if not appraised:
        town.complete(code, "tham_dinh", town.officer(agency, "civil_status_officer"), "approve")
    number = {"registration_number": "58/2026", "registered_on": "2026-06-15", "personal_id": "030326004567"}
    loaded = load.locked(town.session, code)
    assert loaded is not None
    (token,) = loaded.state.jobs
    town.give(code, FinishJob(Actor("civil-status.register", "partner", "Hộ tịch"), token, number))
    town.complete(code, "ky", town.officer(agency, "leader"), "sign")
    town.complete(code, "vao_so", town.officer(agency, "clerk"))
    town.complete(code, "so_hoa_ket_qua", town.officer(agency, "one_stop_officer"))
    town.pace = timedelta(minutes=5)


def test_what_came_online_is_received_at_the_counter(visit: Visit, site: Site) -> None:
    """The countdown, a remark on one paper that is printed on the supplement slip; another is received at once, and one is
    refused with its slip, which its applicant has too."""
    first, second, third = online(site), online(site), online(site)
    visitor = visit(360)
    visitor.sign_in(CLERK)
    visitor.go("/quay/")
    assert "giờ làm việc" in visitor.page.inner_text("main") or "phút làm việc" in visitor.page.inner_text(
        "main"
    )
    visitor.look("counter-home", 1440)
    visitor.page.click(f"main a:has-text('{first}')")
    visitor.look("counter-step", 1440)
    visitor.press("Yêu cầu bổ sung")
    assert "Ghi rõ nội dung cần bổ sung" in visitor.page.inner_text("main")
    visitor.page.fill("#f-remark-giay-chung-sinh", "bản quét mờ, đề nghị quét lại")
    visitor.press("Yêu cầu bổ sung")
    assert "Đã yêu cầu bổ sung" in visitor.page.inner_text("h1")
    slip = visitor.page.get_attribute("main a:has-text('In phiếu yêu cầu bổ sung')", "href")
    assert visitor.page.request.get(visitor.url + slip).body().startswith(b"%PDF")
    visitor.look("counter-supplement", 1440)
    visitor.go("/quay/")
    assert first not in visitor.page.inner_text("main")
    visitor.page.click(f"main a:has-text('{second}')")
    visitor.press("Tiếp nhận")
    assert "Đã tiếp nhận hồ sơ" in visitor.page.inner_text("h1")
    visitor.go("/quay/")
    visitor.page.click(f"main a:has-text('{third}')")
    visitor.page.fill("#f-remark-giay-chung-sinh", "không phải giấy của trẻ này")
    visitor.press("Từ chối tiếp nhận")
    slip = visitor.page.get_attribute("main a:has-text('In phiếu từ chối')", "href")
    assert visitor.page.request.get(f"{visitor.url}{slip}").body().startswith(b"%PDF")
    visitor.look("counter-refused", 1440)
    citizen = visit(360)
    citizen.sign_in("nguyenvanhung")
    citizen.go(f"/ho-so/{third}")
    assert "không phải giấy của trẻ này" in citizen.page.inner_text("main")
    slip = citizen.page.get_attribute("section:has(#slips) a:has-text('từ chối')", "href")
    assert citizen.page.request.get(f"{citizen.url}{slip}").body().startswith(b"%PDF")
    citizen.look("citizen-refused", 1440)


def sign(visitor: Visitor) -> None:
    """Draw on the signature field, with the mouse."""
    visitor.page.locator(".mc-sign").scroll_into_view_if_needed()
    box = visitor.page.locator(".mc-sign").bounding_box()
    assert box
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 30)
    mouse.down()
    for step in range(8):
        mouse.move(box["x"] + 20 + step * 20, box["y"] + 30 + (step % 2) * 30)
    mouse.up()


def handed_over(visitor: Visitor, id_number: str, look: Callable[[str], None]) -> None:
    """The receiver's paper is compared, the receiver signs on the screen."""
    visitor.fill("giay_to_nguoi_nhan", id_number)
    visitor.page.check("#f-receiver-identified")
    sign(visitor)
    look("counter-hand-over-signed")
    visitor.press("Đã trả kết quả")


def test_a_result_is_handed_over(visit: Visit, site: Site) -> None:
    """Found by the applicant's name without accents; a stranger's paper is refused; handed over, it is gone from the list."""
    code = resolved(site)
    visitor = visit(360)
    visitor.sign_in(CLERK)
    visitor.go("/quay/tra-ket-qua?q=nguyen+van+hung")
    visitor.look("counter-results")
    visitor.fill("q", f"{site.url}/tra-cuu?code={code}")  # as a scanner reads it off the receipt
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/quay/viec/**")
    assert visitor.page.input_value("#f-nguoi-nhan") == "Nguyễn Văn Hưng"
    visitor.page.check("#back-giay_chung_sinh")
    visitor.fill("giay_to_nguoi_nhan", "030192005678")
    visitor.press("Đã trả kết quả")
    assert "không khớp hồ sơ" in visitor.page.inner_text("main")
    visitor.look("counter-hand-over-wrong", 1440)
    handed_over(visitor, "030088001234", visitor.look)
    assert code in visitor.page.inner_text(".alert")
    assert code not in visitor.page.locator("main table, main .mc-empty").first.inner_text()
    visitor.go("/quay/tra-ket-qua?ngay=30")
    assert "Không có kết quả nào khớp" in visitor.page.inner_text("main")


def copies_asked(site: Site, *scans: bytes) -> str:
    """Two electronic copies asked for at the counter, the originals scanned in another order than declared."""
    town = site.town
    town.session.rollback()
    town.pace, town.now = timedelta(seconds=1), datetime.now(UTC)
    return compared(town, [{**one, "so_trang": 1, "dien_tu": True} for one in ORIGINALS], kept(town, *scans))


def certify(site: Site, code: str) -> None:
    """Numbers of the register, the leader's signature, the seal."""
    town, secret = site.town, site.app.config["SETTINGS"].secret_key
    town.session.rollback()
    entered(town)
    for role, step in (("leader", "ky"), ("civil_status_officer", "dong_dau")):
        task = public_id(town, code, step)
        town.now = datetime.now(UTC)
        signing.ask(town.session, town.officer(WARD, role), [task], PIN, secret=secret, now=town.now)
        sign_what_waits(site)
    town.pace = timedelta(minutes=5)


def test_copies_are_certified_and_stand_in_the_registers(visit: Visit, site: Site, tmp_path: Path) -> None:
    """Each scan is matched with its original, by keyboard; signed, each copy is a file with the right pages; the register of copies
    and that of the day name the dossier, and both come as PDF."""
    code = copies_asked(site, scan("SỔ HỘ KHẨU"), scan("BẰNG TỐT NGHIỆP"))
    visitor = visit()
    visitor.sign_in(CLERK)
    visitor.go(f"/quay/so-hoa/{code}")
    visitor.page.locator("img[src*='/so-hoa/trang/']").first.scroll_into_view_if_needed()
    visitor.page.locator("select[name^='of.']").first.focus()
    visitor.page.keyboard.press("ArrowDown")  # the first file is of the second original
    visitor.press("Lưu giấy tờ")
    assert "hai bản quét cùng ghép với" in visitor.page.inner_text("main")
    visitor.page.locator("select[name^='of.']").nth(1).select_option("1")
    visitor.press("Lưu giấy tờ")
    visitor.look("counter-matched", 360)
    certify(site, code)
    visitor.go("/quay/so-chung-thuc")
    visitor.look("counter-certified", 360)
    assert code in visitor.page.inner_text("main table")
    copies = visitor.page.locator(f"main a[href*='{code}/results/']")
    assert copies.count() == 2
    for number, (own, other) in enumerate([("SỔ HỘ KHẨU", "BẰNG TỐT"), ("BẰNG TỐT", "SỔ HỘ KHẨU")]):
        file = visitor.page.request.get(visitor.url + copies.nth(number).get_attribute("href")).body()
        said = words_of(file, tmp_path)
        assert own in said
        assert other not in said
    visitor.go("/quay/so-theo-doi")
    assert code in visitor.page.inner_text("main table")
    visitor.look("counter-register", 360)
    sheet = visitor.page.get_attribute("main a:has-text('In sổ')", "href")
    assert visitor.page.request.get(visitor.url + sheet).body().startswith(b"%PDF")
    visitor.go("/quay/so-theo-doi?tu=2020-01-01&den=2020-01-31")
    assert "Không tiếp nhận hồ sơ nào" in visitor.page.inner_text("main")


def test_numbers_are_given_out_and_called(visit: Visit, site: Site) -> None:
    """A number is given out, called, seen in the waiting room, and ended."""
    visitor = visit()
    visitor.sign_in(CLERK)
    visitor.go("/quay/so-thu-tu")
    visitor.press("Cấp số cho người đến")
    number = visitor.page.inner_text(".mc-done .mc-code").strip()
    visitor.press("Gọi số tiếp theo")
    assert number in visitor.page.inner_text("main .mc-code")
    visitor.look("counter-tickets", 360)
    guest = visit()
    guest.go(f"/quay/man-hinh/{WARD}")
    assert number in guest.page.inner_text(".mc-screen-called strong")
    guest.look("counter-screen", 360, 1920)
    visitor.press("Xong")
    assert "Bạn chưa gọi số nào" in visitor.page.inner_text("main")
