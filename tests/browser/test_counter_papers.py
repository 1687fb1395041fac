"""Papers at the counter in a browser: scanned and signed, handed to their unit, taken in for others, sent by post."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from playwright.sync_api import Route
from werkzeug.serving import make_server
from werkzeug.wrappers import Request

from engine.declared import ComponentGiven, Person
from national.demo_ca import PIN
from national.simulators.postal import PostOffice
from tests.browser.conftest import Site, works
from tests.browser.test_applicant import fill_birth
from tests.browser.test_counter import (
    CHECKED,
    CLERK,
    Visit,
    find_again,
    handed_over,
    online,
    resolved,
    worked,
)
from tests.browser.test_documents import sign as sign_what_waits
from tests.browser.test_portal import secret
from tests.casework.town import BIRTH_ANSWERS, WARD

ELSEWHERE = "H23.33.02"  # the commune of An Lâm


def one_page() -> bytes:
    """A PDF of one empty page, as a scanner would give it."""
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(whole := io.BytesIO())
    return whole.getvalue()


def on_paper(site: Site) -> str:
    """A dossier received at the counter on paper: nothing scanned yet."""
    town = site.town
    town.session.rollback()
    town.now = datetime.now(UTC) - timedelta(hours=1)
    desk = town.person(CLERK)
    who = Person("Lê Thị Hoa", id_number="030192005678")
    paper = ComponentGiven("giay_chung_sinh", originals=1, pages=2, kept=True)
    answers = {**BIRTH_ANSWERS, "ngay_sinh": datetime.now(UTC).date().isoformat()}
    code = town.submitted(actor=desk, channel="counter", applicant=who, answers=answers, components=(paper,))
    town.complete(code, "tiep_nhan", desk, "accept", da_kiem_tra=CHECKED)
    return code


def test_paper_is_scanned_and_handed_to_its_unit(visit: Visit, site: Site) -> None:
    """Scans of a batch find their paper by name; the list goes to the unit, whose officer confirms it."""
    code = on_paper(site)
    visitor = visit(360)
    visitor.sign_in(CLERK)
    visitor.go("/quay/so-hoa")
    visitor.look("counter-to-digitise", 1440)
    visitor.page.click(f"main a:has-text('{code}')")
    scan = {"mimeType": "application/pdf", "buffer": one_page()}
    batch = [{"name": "Giay-Chung-Sinh 01.pdf", **scan}, {"name": "scan0001.pdf", **scan}]
    cut = []

    def flaky(route: Route) -> None:
        if route.request.method == "PATCH" and not cut:
            cut.append(route.abort())
        else:
            route.continue_()

    visitor.page.route("**/tai-len/**", flaky)
    visitor.page.set_input_files("#f-scans", batch)
    visitor.page.wait_for_selector("text=Mất kết nối, đang chờ")
    visitor.page.wait_for_selector("text=chưa rõ thuộc giấy tờ nào")  # what was chosen went up and was sorted
    visitor.faults.clear()  # the broken request stands in the console
    visitor.look("counter-digitise-wrong", 1440)
    visitor.go(f"/quay/so-hoa/{code}")
    assert "đã số hóa" in visitor.page.inner_text("main")
    assert "Bản quét có 1 trang, bản giấy ghi 2 trang" in visitor.page.inner_text("main")
    visitor.go("/quay/so-hoa")
    assert visitor.page.locator(f"table:has-text('Chưa số hóa') a:has-text('{code}')").count() == 0
    for box in visitor.page.locator("input[name=scan]").all():
        box.set_checked(False)
    visitor.page.check(f"tr:has-text('{code}') input[name=scan]")
    visitor.press("Ký số")
    assert "Chưa nhập mã PIN" in visitor.page.inner_text("main")
    assert visitor.page.is_checked(f"tr:has-text('{code}') input[name=scan]")
    assert visitor.page.inner_text("nav a[aria-current=true]") == "Số hóa"
    visitor.look("counter-scans-unsigned", 1440)
    visitor.fill("pin", PIN)
    visitor.page.click("main button:has-text('Ký số')")
    visitor.page.wait_for_selector("text=Đang ký")
    sign_what_waits(site)
    visitor.page.wait_for_selector("text=Đã ký 1/1 bản quét")
    visitor.look("counter-scans-signed", 1440)
    visitor.go(f"/desk/dossiers/{code}")
    course = visitor.page.inner_text("section[aria-labelledby=timeline]")
    for said in ("Quét 1 tệp: Giấy chứng sinh", "Ký số 1 bản quét: Giấy chứng sinh"):
        assert said in course
    visitor.page.click("summary:has-text('ký số bản quét lúc')")
    visitor.page.wait_for_selector("text=Chữ ký số hợp lệ, tệp chưa bị thay đổi.", timeout=60_000)
    visitor.look("counter-scan-checked", 1440)
    visitor.go("/quay/ban-giao")
    visitor.look("counter-hand-lists", 1440)
    visitor.press("Lập mọi danh sách bàn giao")
    visitor.look("counter-hand-lists-made", 1440)
    sheet = visitor.page.get_attribute("main table a", "href")
    assert visitor.page.request.get(visitor.url + sheet).body().startswith(b"%PDF")
    officer = visit(360)
    officer.sign_in("ht.thachkhoi")
    officer.go("/quay/nhan-ban-giao")
    assert code in officer.page.inner_text("main")
    officer.page.click("summary:has-text('Có hồ sơ không đến')")
    officer.look("counter-hand-lists-coming", 1440)
    officer.page.check(f"label:has-text('{code}')")
    officer.press("Đã nhận, trừ hồ sơ đánh dấu")
    assert "trừ hồ sơ được báo thiếu" in officer.page.inner_text("main")
    officer.look("counter-hand-lists-missed", 1440)
    visitor.go("/")
    visitor.page.click("a[href^='/notices']")
    visitor.page.click("main :text('Bên nhận báo thiếu hồ sơ giấy')")
    visitor.settle()
    assert "bên nhận báo thiếu, danh sách 01" in visitor.page.inner_text(f"main tr:has-text('{code}')")
    visitor.look("counter-hand-lists-again", 1440)
    visitor.press("Lập mọi danh sách bàn giao")
    officer.go("/quay/nhan-ban-giao")
    officer.press("Đã nhận đủ")
    assert "đã nhận đủ lúc" in officer.page.inner_text("main")


def test_a_dossier_is_taken_in_for_another_agency(visit: Visit, site: Site) -> None:
    """Non-boundary, to its end: taken in here with a paper of the applicant's e-store instead of a scan, decided there,
    the result handed over here."""
    earlier = online(site)
    town = site.town
    town.complete(earlier, "tiep_nhan", town.officer(WARD, "one_stop_officer"), "accept", da_kiem_tra=CHECKED)
    visitor = visit()
    visitor.sign_in(CLERK)
    visitor.go("/quay/phi-dia-gioi")
    visitor.look("counter-elsewhere", 360)
    visitor.page.select_option("main section:has-text('khai sinh') select", ELSEWHERE)
    visitor.page.click("main section:has-text('khai sinh') button")
    visitor.settle()
    find_again(visitor, "030088001234", "nguyenvanhung")
    visitor.press("Lưu và tiếp tục")
    fill_birth(visitor)
    visitor.press("Lưu và tiếp tục")
    visitor.page.check("#full-giay_chung_sinh")
    visitor.page.check("#kept-giay_chung_sinh")
    visitor.look("counter-papers-stored", 360)
    paper = visitor.page.locator("section:has(#c-giay_chung_sinh)")
    (kept,) = re.findall(
        r"Kho điện tử đã có: .*\(hồ sơ (\S+)\)", paper.inner_text()
    )  # the oldest of the same content
    paper.locator("button:has-text('Dùng lại, không quét')").click()
    visitor.settle()
    assert "tái sử dụng giấy tờ đã số hóa" in paper.inner_text()
    assert f"từ kho giấy tờ: {kept}" in paper.inner_text()
    visitor.press("Lưu và tiếp tục")
    visitor.press("Tiếp nhận và in giấy hẹn")
    assert "Đã tiếp nhận hồ sơ" in visitor.page.inner_text("h1")
    assert "xã An Lâm" in visitor.page.inner_text("main")
    visitor.look("counter-filed-elsewhere", 360)
    code = visitor.page.inner_text(".mc-done .mc-code").strip()
    receipt = visitor.page.get_attribute("main a:has-text('In giấy tiếp nhận')", "href")
    assert visitor.page.request.get(visitor.url + str(receipt)).body().startswith(b"%PDF")

    officer = visit()
    officer.sign_in("ht.anlam")
    officer.go(f"/desk/queues/{ELSEWHERE}:civil_status_officer")
    officer.page.click(f"main tr:has-text('{code}') a:has-text('{code}')")
    assert "tái sử dụng giấy tờ đã số hóa" in officer.page.inner_text("main")
    officer.look("counter-offered-elsewhere")
    officer.press("Nhận hồ sơ")
    officer.page.click("#step-form button:has-text('Đủ điều kiện')")
    officer.page.wait_for_selector(".alert:has-text('Đã xong bước')")
    worked(site, code, ELSEWHERE, appraised=True)

    visitor.go("/quay/tra-ket-qua")
    visitor.page.click(f"main a:has-text('{code}')")
    visitor.look("counter-return-elsewhere", 360)
    visitor.page.check("#back-giay_chung_sinh")
    handed_over(visitor, "030088001234", lambda name: None)
    assert code in visitor.page.inner_text(".alert")
    officer.go(f"/desk/dossiers/{code}")
    assert "Đã trả kết quả" in officer.page.inner_text("main")


@pytest.fixture
def news(site: Site) -> Iterator[list[Callable[[], None]]]:
    """A post office on a port of its own, told to the running site: each call is the next news of a parcel, over HTTP."""
    coming: list[Callable[[], None]] = []
    office = PostOffice("post", coming.append)
    server = make_server("127.0.0.1", 0, Request.application(office.answer), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.port}"
    with site.knowing(public_url=site.url, postal_url=here, postal_secret="post"):
        yield coming
    server.shutdown()


def test_a_result_is_sent_by_post_comes_back_and_is_sent_again(
    visit: Visit, site: Site, news: list[Callable[[], None]]
) -> None:
    """Asked for at home, its address mended at the counter, ordered; nobody is there, both sides are told, and it comes back.
    Sent again to another address it arrives, and the dossier is closed. Whoever holds the receipt follows it without addresses."""
    code = resolved(site)
    citizen, visitor = visit(360), visit(360)
    row, mine = f"main tr:has-text('{code}')", "section[aria-labelledby=post]"
    citizen.sign_in("nguyenvanhung")
    citizen.go(f"/ho-so/{code}")
    citizen.page.click("summary:has-text('qua bưu chính')")
    citizen.fill("post.address", "Khu 3, phường Thạch Khôi")
    citizen.look("citizen-asks-post")
    citizen.press("Gửi yêu cầu")
    assert "chờ gửi bưu cục" in citizen.page.inner_text("#post + p")
    visitor.sign_in(CLERK)
    visitor.go("/quay/buu-chinh")
    visitor.page.click(f"{row} summary:has-text('Sửa địa chỉ')")
    visitor.page.fill(f"{row} input[name='post.address']", "Khu 5, phường Thạch Khôi (không giao được)")
    visitor.look("posts-wanted")
    visitor.page.click(f"{row} button:has-text('Gửi yêu cầu')")
    visitor.page.click(f"{row} button:has-text('Gọi bưu tá')")
    visitor.settle()
    assert "đã gửi yêu cầu" in visitor.page.inner_text(row)
    works(site, "postal.order")
    news.pop(0)()  # accepted
    citizen.page.reload()
    assert "bưu tá đã nhận" in citizen.page.inner_text(mine)
    assert "Khu 5, phường Thạch Khôi" in citizen.page.inner_text(mine)
    news.pop(0)()  # failed
    works(site, "notice")
    visitor.go("/notices/")
    visitor.page.locator("main a:has-text('Bưu tá chưa giao được kết quả')").first.click()
    visitor.settle()
    assert "giao không được" in visitor.page.inner_text(row)
    visitor.look("posts-failed", 1440)
    citizen.go("/notices/")
    citizen.page.locator("main a:has-text('Bưu tá chưa giao được kết quả')").first.click()
    citizen.settle()
    assert "giao không được" in citizen.page.inner_text(mine)
    assert citizen.page.locator(f"{mine} [value=deliver]").count() == 0, "the post has it still"
    citizen.look("citizen-post-failed", 1440)
    visitor.press("Đã về quầy")
    citizen.page.reload()
    assert "đến nhận tại quầy, hoặc yêu cầu gửi lại" in citizen.page.inner_text(mine)
    citizen.look("citizen-post-back", 1440)
    visitor.page.click(f"{row} summary:has-text('Gửi lại')")
    visitor.page.fill(f"{row} input[name='post.address']", "Khu 7, phường Thạch Khôi")
    visitor.look("posts-back", 1440)
    visitor.page.click(f"{row} button:has-text('Gửi yêu cầu')")
    visitor.page.click(f"{row} button:has-text('Gọi bưu tá')")
    visitor.settle()
    news.clear()
    works(site, "postal.order")
    news.pop(0)()
    visitor.page.reload()
    visitor.page.click(f"{row} a:has-text('Giao bưu tá, đóng hồ sơ')")
    visitor.settle()
    visitor.press("Đã trả kết quả")
    news.pop(0)()
    news.pop(0)()
    citizen.page.reload()
    assert "đã giao" in citizen.page.inner_text(mine)
    assert "Đã trả kết quả" in citizen.page.inner_text("h1")
    citizen.look("citizen-post-delivered")
    holder = visit(360)
    holder.go("/tra-cuu")
    holder.fill("code", code)
    holder.fill("secret", secret(site, code))
    holder.press("Tra cứu")
    assert "đã giao" in holder.page.inner_text(mine)
    assert "Khu 7" not in holder.page.content()
    holder.look("tracked-post")


def test_papers_are_fetched_at_home_and_received(
    visit: Visit, site: Site, news: list[Callable[[], None]]
) -> None:
    """Filed online, the originals come by post: ordered by the counter, and received once they are there."""
    code = online(site)
    citizen, visitor = visit(360), visit()
    row = f"main tr:has-text('{code}')"
    citizen.sign_in("nguyenvanhung")
    citizen.go(f"/ho-so/{code}")
    citizen.page.click("summary:has-text('qua bưu chính')")
    citizen.page.check("label:has-text('Nhận hồ sơ tại nhà')")
    citizen.fill("post.address", "Khu 3, phường Thạch Khôi")
    citizen.press("Gửi yêu cầu")
    visitor.sign_in(CLERK)
    visitor.go("/quay/buu-chinh")
    visitor.page.click(f"{row} button:has-text('Gọi bưu tá')")
    visitor.settle()
    works(site, "postal.order")
    for _ in range(3):
        news.pop(0)()
    visitor.page.reload()
    visitor.look("posts-fetched", 360)
    visitor.page.click(f"{row} a:has-text('Tiếp nhận hồ sơ này')")
    visitor.settle()
    visitor.press("Tiếp nhận")
    assert "Đã tiếp nhận hồ sơ" in visitor.page.inner_text("h1")
    citizen.page.reload()
    assert "Nhận hồ sơ tại nhà: đã giao" in citizen.page.inner_text("section[aria-labelledby=post]")
