"""What time does to people's business, in a browser: a mandate ends, a payment runs out, a result lies for a month, a complaint
is refused, another stays unanswered past its limit. The clock of this site only goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assembly.clock import advance
from casework import clockwork
from engine.commands import Person
from engine.local import local_day
from national.simulators import mail
from store.db import db
from store.tables import outbox
from tests.browser.conftest import Site, Visitor, works
from tests.browser.test_applicant import PDF, fill_birth
from tests.browser.test_counter import CHECKED, CLERK, Visit, handed_over, worked
from tests.browser.test_orders import site_now
from tests.browser.test_portal import LATE, gateway, secret
from tests.casework.town import BIRTH_ANSWERS, WARD
from tests.national.test_partners import closed_port

__all__ = ["gateway"]
CITIZEN = "nguyenvanhung"
OVER = "không đại diện cho người này"


def later(site: Site, by: timedelta) -> datetime:
    """The clock goes on, for the pages too, and what it has to do is done."""
    with site.app.app_context():
        advance(db.engine, by)
    now = site_now(site)
    clockwork.turn(site.town.session, now)
    return now


def authorise(visitor: Visitor, until: date) -> None:
    """A letter of authorisation of Trần Văn Bảy's."""
    visitor.page.check("label:has-text('ủy quyền')")
    visitor.fill("name", "Trần Văn Bảy")
    visitor.fill("id_number", "030060001111")
    visitor.fill("valid_to", until.isoformat())
    paper = {"name": "uỷ quyền.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-paper", [paper])
    visitor.press("Lưu")


def begin_for(visitor: Visitor) -> None:
    """A draft for the authorising person, filled in up to its last page."""
    visitor.go("/thu-tuc/1.001193/nop")
    visitor.choose("agency", WARD)
    visitor.page.get_by_label("Thay cho Trần Văn Bảy").check()
    visitor.press("Tiếp tục")
    fill_birth(visitor)
    visitor.press("Lưu và tiếp tục")
    paper = {"name": "giấy chứng sinh.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    visitor.press("Lưu và tiếp tục")


def test_a_mandate_ends_by_its_date(visit: Visit, site: Site) -> None:
    """Filed while it is in force; after its last day the dossier is out of reach and the draft is not filed, until there is
    a new letter of authorisation."""
    visitor = visit(360)
    page = visitor.page
    visitor.sign_in(CITIZEN)
    visitor.go("/dai-dien")
    authorise(visitor, local_day(site_now(site)) + timedelta(days=1))
    begin_for(visitor)
    visitor.press("Nộp hồ sơ")
    code = page.inner_text(".mc-code").strip()
    begin_for(visitor)
    draft = page.url
    later(site, timedelta(days=2))
    page.reload()
    assert OVER in page.inner_text("main")
    visitor.look("mandate-over-draft")
    assert page.is_disabled("main button:has-text('Nộp hồ sơ')")
    visitor.go(f"/ho-so/{code}")
    assert "Không có hồ sơ" in page.inner_text("main")
    visitor.look("mandate-over-dossier")
    visitor.go("/dai-dien")
    assert "đã hết hạn" in page.inner_text("section[aria-labelledby=mine]")
    visitor.look("mandate-over", 1440)
    authorise(visitor, local_day(site_now(site)) + timedelta(days=30))
    page.goto(draft)
    visitor.press("Nộp hồ sơ")
    assert page.inner_text(".mc-code").strip() != code


def test_a_payment_that_ran_out_is_made_again_by_who_holds_the_receipt(visit: Visit, site: Site) -> None:
    """No account: found by code and secret, paid at the second try from the page that tells of the first."""
    town = site.town
    town.session.rollback()
    town.now = site_now(site)
    clerk = town.person(CLERK)
    code = town.submitted(actor=clerk, channel="counter", applicant=Person("Bà Nguyễn Thị Tư"), answers=LATE)
    visitor = visit(360)
    visitor.go("/tra-cuu")
    visitor.fill("code", code)
    visitor.fill("secret", secret(site, code, clerk.id))
    visitor.press("Tra cứu")
    visitor.press("Nộp trực tuyến 8.000 đồng")
    visitor.page.click('button[value="abandon"]')
    (reference,) = town.session.scalars(select(outbox.c.payload).where(outbox.c.topic == "payment.query"))
    visitor.go(f"/thanh-toan/{reference['reference']}")
    assert "Đang chờ cổng thanh toán xác nhận" in visitor.page.inner_text("main")
    visitor.look("payment-waits")
    later(site, timedelta(days=2))
    works(site, "payment.query")
    visitor.page.wait_for_selector(".mc-pay-expired")
    visitor.look("payment-ran-out", 1440)
    visitor.press("Nộp lại 8.000 đồng")
    visitor.page.click('button[value="fail"]')
    visitor.page.wait_for_selector(".mc-pay-failed")
    visitor.look("payment-failed-tracked")
    visitor.press("Nộp lại 8.000 đồng")
    visitor.page.click('button[value="success"]')
    visitor.page.wait_for_selector(".mc-pay-paid")
    assert "Số biên lai" in visitor.page.inner_text("main")
    visitor.look("payment-paid-tracked")


@pytest.fixture
def mailbox(site: Site, tmp_path: Path) -> Iterator[Path]:
    """Where letters of the running site arrive, over SMTP."""
    port = closed_port()
    catcher = mail.serve(tmp_path, port)
    with site.knowing(smtp_url=f"smtp://127.0.0.1:{port}"):
        yield tmp_path
    catcher.stop()


def test_a_result_that_nobody_fetches_is_reminded_of_and_handed_over_late(
    visit: Visit, site: Site, mailbox: Path
) -> None:
    """Ready for more than thirty days: on the list of its own, its applicant gets a letter that leads to the dossier, and comes.
    The log of what went outside knows the letter, and no address."""
    town = site.town
    town.session.rollback()
    town.pace, town.now = timedelta(seconds=1), site_now(site)
    fresh = {**BIRTH_ANSWERS, "ngay_sinh": local_day(town.now).isoformat()}
    code = town.submitted(actor=town.person(CITIZEN), answers=fresh)
    town.complete(code, "tiep_nhan", town.person(CLERK), "accept", da_kiem_tra=CHECKED)
    worked(site, code, now=town.now)
    clerk, citizen = visit(360), visit(360)
    clerk.sign_in(CLERK)
    clerk.go("/quay/tra-ket-qua")
    clerk.page.click("main a:has-text('Chưa ai đến nhận quá 30 ngày')")
    clerk.settle()
    assert "Không có kết quả nào khớp" in clerk.page.inner_text("main")
    later(site, timedelta(days=31, hours=1))
    clerk.page.reload()
    assert "31 ngày" in clerk.page.inner_text(f"main tr:has-text('{code}')")
    clerk.press("Nhắc tất cả người trong danh sách")
    works(site, "notice")
    works(site, "mail")
    assert "1 lần, gần nhất" in clerk.page.inner_text(f"main tr:has-text('{code}')")
    clerk.look("counter-uncollected", 1440)
    (letter,) = [one["text"] for one in mail.caught(mailbox) if "đang chờ Ông/Bà đến nhận" in one["subject"]]
    citizen.sign_in(CITIZEN)
    citizen.page.goto(re.search(r"https?://\S+", letter)[0])
    assert code in citizen.page.inner_text("h1")
    assert "đến nhận tại Bộ phận Một cửa" in citizen.page.inner_text("section[aria-labelledby=results]")
    citizen.look("citizen-uncollected")
    clerk.page.click(f"main a:has-text('{code}')")
    handed_over(clerk, "030088001234", lambda name: None)
    assert f"Đã trả kết quả hồ sơ {code}" in clerk.page.inner_text("body")
    admin = visit()
    admin.sign_in("admin")
    admin.go("/admin/deliveries")
    log = admin.page.inner_text("main")
    assert "h***@example.vn" in log
    assert "hung.nguyen" not in log
    admin.look("deliveries-sent", 360)


def complain(visitor: Visitor, title: str, body: str) -> str:
    """By somebody signed in, who may be named nowhere; the code."""
    visitor.go("/phan-anh")
    visitor.page.check("#f-kind")
    visitor.page.fill("#f-title", title)
    visitor.page.fill("#f-body", body)
    visitor.page.check("[name=may_publish]")
    visitor.press("Gửi phản ánh, kiến nghị")
    return visitor.page.inner_text(".mc-code").strip()


def test_a_complaint_is_refused_another_is_late_told_upwards_answered_and_published(
    visit: Visit, site: Site
) -> None:
    """One is none of the state's business: refused with a reason. One says too little: asked, said, assigned; nobody answers,
    so who leads above is told and reads it; another agency answers, and everybody reads it without a name."""
    citizen, controller, above = visit(360), visit(), visit()
    citizen.sign_in(CITIZEN)
    controller.sign_in("vp.ksthc")
    code = complain(citizen, "Hàng xóm ồn ào", "Nhà bên hát karaoke đến khuya.")
    controller.go(f"/desk/petitions/{code}")
    controller.page.click("summary:has-text('Không tiếp nhận')")
    controller.page.fill("#f-refuse", "Không thuộc thủ tục hành chính; đề nghị liên hệ Công an phường.")
    controller.page.click("details[open] button")
    controller.settle()
    controller.look("petition-refused")
    works(site, "notice")
    citizen.go("/notices/")
    citizen.page.locator("main a:has-text('Phản ánh, kiến nghị không được tiếp nhận')").first.click()
    citizen.settle()
    assert "liên hệ Công an phường" in citizen.page.inner_text("section[aria-labelledby=refused]")
    citizen.look("petition-refused-own", 1440)

    code = complain(citizen, "Quầy mở muộn", "Quầy một cửa mở muộn.")
    controller.go(f"/desk/petitions/{code}")
    controller.page.click("summary:has-text('Đề nghị nói rõ thêm')")
    controller.page.fill("#f-ask", "Quầy nào, ngày nào?")
    controller.page.click("details[open] button")
    controller.settle()
    controller.look("petition-asked")
    citizen.go(f"/phan-anh/{code}")
    assert "Quầy nào, ngày nào?" in citizen.page.inner_text("section[aria-labelledby=more]")
    citizen.look("petition-asked-own")
    citizen.page.fill("#f-words", "Phường Thạch Khôi, hai sáng thứ hai liền.")
    citizen.press("Gửi")
    controller.page.reload()
    controller.page.select_option("#f-agency", WARD)
    controller.press("Chuyển")
    controller.look("petition-assigned")
    citizen.page.reload()
    citizen.look("petition-assigned-own")

    later(site, timedelta(days=40))
    controller.go("/desk/petitions?state=late")
    assert "đã báo cấp trên" in controller.page.inner_text(f"main tr:has-text('{code}')")
    controller.look("petitions-late", 360)
    above.sign_in("ld.haiduong")
    above.go("/notices/")
    above.page.locator("main a:has-text('Phản ánh, kiến nghị đã quá hạn trả lời')").first.click()
    above.settle()
    assert "hai sáng thứ hai liền" in above.page.inner_text("main")
    assert above.page.locator("main form textarea").count() == 0, "it is read, not answered here"
    above.look("petition-late-above", 360)
    controller.go(f"/desk/petitions/{code}")
    controller.page.select_option("#f-agency", "H23.30")
    controller.press("Chuyển")
    above.page.reload()
    above.page.fill("#f-answer", "Từ tuần này quầy mở lúc 7 giờ 30.")
    above.press("Trả lời")
    controller.page.reload()
    controller.press("Công khai, không kèm tên người gửi")
    controller.look("petition-published")
    stranger = visit(360)
    stranger.go("/phan-anh")
    stranger.page.click("main :text('Quầy mở muộn')")
    stranger.settle()
    assert "quầy mở lúc 7 giờ 30" in stranger.page.inner_text("main")
    assert "Hưng" not in stranger.page.content()
    stranger.look("petitions-published")
