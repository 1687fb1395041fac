"""Orders that officers seldom give, each pressed in a browser: back and forth inside an agency, between agencies, over time."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from assembly.clock import advance
from casework import clockwork
from casework.demo import PROCEDURES
from casework.gate import Accepted
from engine.commands import CompleteTask
from engine.declared import ComponentGiven
from engine.local import LOCAL
from tests.browser.conftest import Site, Visitor, works
from tests.browser.test_officer import claim_row, finish, open_row

DISTRICT = "H23.30"
DIVISION = "H23.30.61"
PERMIT = "1.009994"
COUNTER = f"{DISTRICT}:one_stop_officer"
HEAD, APPRAISER = f"{DIVISION}:division_head", f"{DIVISION}:construction_officer"
Visit = Callable[..., Visitor]


@pytest.fixture
def code(site: Site) -> str:
    """A request for a construction permit, filed now: three agencies will be asked."""
    scenario = tomllib.loads((PROCEDURES / PERMIT / "v1/scenarios/dung_han.toml").read_text("utf-8"))
    filed = scenario["do"][0]["submit"]
    site.town.now = site_now(site)
    return site.town.submitted(
        procedure=PERMIT,
        agency=DISTRICT,
        answers=filed["answers"],
        components=tuple(ComponentGiven(name, originals=n) for name, n in filed["components"].items()),
    )


def site_now(site: Site) -> datetime:
    """What the site believes the time is."""
    return advance(site.town.session.get_bind(), timedelta())


def open_details(visitor: Visitor, summary: str) -> None:
    visitor.page.click(f"summary:has-text('{summary}')")


def signed_in(visit: Visit, username: str) -> Visitor:
    visitor = visit()
    visitor.sign_in(username)
    return visitor


def test_work_is_given_back_given_out_recalled_and_sent_back(visit: Visit, code: str) -> None:
    """Claimed and released, assigned to a colleague, sent on by mistake and recalled, sent back to the step before."""
    clerk, colleague = signed_in(visit, "mc.haiduong"), signed_in(visit, "mc2.haiduong")
    claim_row(clerk, COUNTER, code)
    clerk.press("Trả việc lại hàng đợi")
    assert "Đã trả việc lại hàng đợi." in clerk.page.inner_text(".alert")
    open_row(clerk, COUNTER, code)
    open_details(clerk, "Giao cho người khác")
    clerk.look("order-assign", 360)
    clerk.page.select_option("#f-to-officer", "mc2.haiduong")
    clerk.press("Giao việc")
    assert "Đã giao việc cho Lương Quốc Việt." in clerk.page.inner_text(".alert")

    open_row(colleague, COUNTER, code)
    colleague.page.check("label:has-text('Đủ thành phần hồ sơ')")
    finish(colleague, "Tiếp nhận")
    colleague.page.click(".alert a:has-text('Thu hồi')")
    colleague.page.wait_for_selector("#f-recall")
    colleague.look("order-recall", 360)
    colleague.page.fill("#f-recall", "Chưa quét bản vẽ.")
    colleague.press("Thu hồi")
    colleague.look("order-recalled", 360)
    assert "Đã thu hồi, việc lại ở chỗ bạn." in colleague.page.inner_text(".alert")
    finish(colleague, "Tiếp nhận")

    head, appraiser = signed_in(visit, "tp.qldt.haiduong"), signed_in(visit, "cv.qldt.haiduong")
    open_row(head, HEAD, code)
    head.press("Nhận hồ sơ")
    finish(head, "Đã phân công")
    claim_row(appraiser, APPRAISER, code)
    open_details(appraiser, "Trả về bước trước")
    appraiser.look("order-send-back", 360)
    appraiser.page.select_option("#f-to", label="Phân công thụ lý")
    appraiser.page.fill("#f-back", "Ngoài địa bàn tôi phụ trách.")
    appraiser.press("Trả về")
    assert "Đã trả về bước trước." in appraiser.page.inner_text(".alert")
    open_row(head, HEAD, code)
    head.look("order-sent-back-to", 360)
    assert "Ngoài địa bàn tôi phụ trách." in head.page.inner_text("main")


def test_a_leader_stops_resumes_extends_and_apologises(visit: Visit, site: Site, code: str) -> None:
    """Each order is on the record with its reason, moves the due date as law says, and is refused in words where it may not be given."""
    clerk, leader = signed_in(visit, "mc.haiduong"), signed_in(visit, "ld.haiduong")
    claim_row(clerk, COUNTER, code)
    clerk.page.check("label:has-text('Đủ thành phần hồ sơ')")
    finish(clerk, "Tiếp nhận")

    leader.go(f"/desk/dossiers/{code}")
    open_details(leader, "Dừng xử lý")
    leader.look("order-stop", 360)
    leader.page.fill("#f-stop", "Chờ kết luận thanh tra.")
    leader.press("Dừng xử lý hồ sơ")
    leader.look("order-stopped", 360)
    assert "Dừng xử lý" in leader.page.inner_text("h1")
    head = signed_in(visit, "tp.qldt.haiduong")
    open_row(head, HEAD, code)
    head.look("order-stopped-task", 360)
    open_details(leader, "Tiếp tục xử lý")
    leader.page.fill("#f-resume", "Đã có kết luận.")
    leader.press("Tiếp tục xử lý")
    assert "Đang xử lý" in leader.page.inner_text("h1")

    open_details(leader, "Gia hạn")
    leader.page.fill("#f-days", "10")
    leader.page.evaluate("document.querySelector('#f-days').max = 99")
    leader.page.fill("#f-days", "11")
    leader.page.fill("#f-extend", "Cần xem xét thêm.")
    leader.press("Gia hạn")
    leader.look("order-extend-too-long", 360)
    assert "10 ngày" in leader.page.inner_text(".mc-errors")
    assert leader.page.input_value("#f-extend") == "Cần xem xét thêm."
    leader.page.fill("#f-days", "5")
    leader.press("Gia hạn")
    assert "Gia hạn 5 ngày" in leader.page.inner_text(".mc-timeline")

    open_details(leader, "Xin lỗi và hẹn lại")
    leader.page.evaluate("document.querySelector('#f-new-due-on').min = ''")
    leader.page.fill("#f-new-due-on", f"{site_now(site).astimezone(LOCAL):%Y-%m-%d}")
    leader.page.fill("#f-apologise", "Chờ đo đạc lại ranh giới.")
    leader.press("Lập phiếu xin lỗi")
    leader.look("order-apologise-too-early", 360)
    leader.page.click(".mc-errors a")
    assert leader.page.evaluate("document.activeElement.name") == "new_due_on"
    promised = date(site_now(site).year + 1, 6, 2)
    while promised.weekday() > 4:
        promised += timedelta(days=1)
    leader.page.fill("#f-new-due-on", promised.isoformat())
    leader.press("Lập phiếu xin lỗi")
    leader.look("order-apologised", 360)
    assert f"{promised:%d/%m/%Y}" in leader.page.inner_text("section:has(#facts)")
    letter = leader.page.request.get(f"{site.url}/desk/dossiers/{code}/papers/04")
    assert letter.headers["content-type"] == "application/pdf"
    works(site, "notice")
    citizen = visit(360)
    citizen.sign_in(site.town.applicant().id)
    citizen.go("/notices/")
    citizen.page.locator("main a:has-text('xin lỗi vì chậm và hẹn lại')").first.click()
    citizen.settle()
    assert f"{promised:%d/%m/%Y}" in citizen.page.inner_text("section:has(#facts)")
    assert "Xin lỗi và hẹn lại ngày" in citizen.page.inner_text("main")
    slip = citizen.page.get_attribute("section:has(#slips) a:has-text('xin lỗi')", "href")
    assert citizen.page.request.get(f"{site.url}{slip}").body().startswith(b"%PDF")
    citizen.look("citizen-apologised", 1440)
    clerk.go(f"/quay/ho-so/{code}")
    slip = clerk.page.get_attribute("main a:has-text('In phiếu xin lỗi và hẹn lại')", "href")
    assert clerk.page.request.get(f"{site.url}{slip}").body().startswith(b"%PDF")
    clerk.look("counter-apologised", 360)

    clerk.go(f"/desk/dossiers/{code}")
    open_details(clerk, "Rút hồ sơ theo đề nghị")
    clerk.look("order-withdraw", 360)
    clerk.page.fill("#f-withdraw", "Đơn xin rút ngày hôm nay.")
    clerk.press("Rút hồ sơ")
    clerk.look("order-withdrawn", 360)
    assert "rút" in clerk.page.inner_text("h1").lower()
    assert clerk.page.locator("section:has(#now) summary").count() == 0


def test_papers_are_asked_for_and_agencies_refuse_or_keep_silent(visit: Visit, site: Site, code: str) -> None:
    """A supplement request pauses the clock; of three agencies asked one answers, one refuses and one never says a word.
    The head initials what was drafted, and the leader's tray names both."""
    clerk, head, appraiser = (signed_in(visit, f"{who}.haiduong") for who in ("mc", "tp.qldt", "cv.qldt"))
    claim_row(clerk, COUNTER, code)
    clerk.page.check("label:has-text('Đủ thành phần hồ sơ')")
    finish(clerk, "Tiếp nhận")
    open_row(head, HEAD, code)
    head.press("Nhận hồ sơ")
    finish(head, "Đã phân công")
    claim_row(appraiser, APPRAISER, code)
    appraiser.fill("ket_qua", "Thiếu mặt cắt móng.")
    finish(appraiser, "Yêu cầu bổ sung")
    appraiser.go(f"/desk/dossiers/{code}")
    appraiser.look("order-supplement", 360)
    assert "đang tạm dừng tính" in appraiser.page.inner_text("section:has(#facts)")
    assert "Thiếu mặt cắt móng." in appraiser.page.inner_text("section:has(#asked)"), "who asked sees it on"
    appraiser.page.click("section:has(#now) a")
    appraiser.look("order-supplement-task", 360)

    site.town.now = site_now(site)
    site.town.complete(code, "bo_sung", site.town.applicant(), "done", giai_trinh="Đã nộp bản vẽ móng.")
    claim_row(appraiser, APPRAISER, code)
    appraiser.look("order-supplement-answered", 360)
    assert "Đã nộp bản vẽ móng." in appraiser.page.inner_text("main")
    appraiser.fill("ket_qua", "Phù hợp.")
    finish(appraiser, "Đủ điều kiện")

    answering = signed_in(visit, "tnmt.haiduong")
    open_row(answering, "H23.30.62:consult_officer", code)
    answering.press("Nhận hồ sơ")
    answering.fill("y_kien", "Không vướng quy hoạch.")
    finish(answering, "Đồng ý")

    refusing = signed_in(visit, "pccc.haiduong")
    open_row(refusing, "H23.30.63:consult_officer", code)
    open_details(refusing, "Từ chối nhận")
    refusing.page.fill("#f-refuse", "Công trình dưới bảy tầng, không thuộc diện thẩm duyệt.")
    refusing.press("Trả lại bên gửi")
    assert "Đã trả hồ sơ lại bên gửi." in refusing.page.inner_text(".alert")
    open_row(head, HEAD, code)
    head.look("order-refused", 360)
    head.choose("agency", "H23.30.64")
    head.page.fill("#f-why", "Xin ý kiến về cảnh quan.")
    head.press("Chuyển lại")
    assert "Đã chuyển hồ sơ." in head.page.inner_text(".alert")

    later = advance(site.town.session.get_bind(), timedelta(days=13))
    assert clockwork.turn(site.town.session, later).fired >= 1
    appraiser.go(f"/desk/dossiers/{code}")
    appraiser.look("order-silence", 360)
    told = appraiser.page.inner_text(".mc-timeline")
    assert "hết hạn không có ý kiến" in told
    assert "Không nhận trong thời hạn" in appraiser.page.inner_text("section:has(#ledger)")
    assert "dự thảo" in appraiser.page.inner_text("section:has(#now)")
    claim_row(appraiser, APPRAISER, code)  # it never left: there is no hand-over to accept
    assert "Bạn đã nhận việc này." in appraiser.page.inner_text(".alert")
    site.town.session.rollback()
    site.town.now = site_now(site)
    writer = site.town.person("cv.qldt.haiduong")
    drafted = {"coc_nen": 0.3, "khoang_lui": 1.5, "tong_hop_y_kien": "Các cơ quan đồng ý."}
    order = CompleteTask(writer, site.town.task_no(code, "du_thao"), None, drafted)
    assert isinstance(site.town.give(code, order), Accepted)
    claim_row(head, HEAD, code)
    finish(head, "Trình lãnh đạo")
    leader = signed_in(visit, "ld.haiduong")
    leader.go("/desk/tray")
    by = leader.page.inner_text(f"tr:has-text('{code}') .mc-tray-by")
    assert [name in by for name in (writer.name, site.town.person("tp.qldt.haiduong").name)] == [True, True]
    leader.look("tray-initialled", 360)


def test_a_leader_allows_a_further_supplement(visit: Visit, site: Site, code: str) -> None:
    """Law knows one request: the second is refused in words, a leader allows it with a reason, then it goes out; a third does not."""
    town = site.town
    clerk, head = town.person("mc.haiduong"), town.person("tp.qldt.haiduong")
    officer, citizen = town.person("cv.qldt.haiduong"), town.applicant()
    town.complete(code, "tiep_nhan", clerk, "accept", da_kiem_tra=["du_giay_to"])
    town.complete(code, "phan_cong", head, chi_dao="Kiểm tra thực địa.")
    town.complete(code, "tham_dinh", officer, "supplement", ket_qua="Thiếu mặt cắt móng.")
    town.complete(code, "bo_sung", citizen, "done", giai_trinh="Đã nộp.")

    appraiser, leader = signed_in(visit, "cv.qldt.haiduong"), signed_in(visit, "ld.haiduong")
    claim_row(appraiser, APPRAISER, code)
    appraiser.fill("ket_qua", "Bản vẽ nộp lại bị rách, không đọc được.")
    finish(appraiser, "Yêu cầu bổ sung")
    appraiser.look("supplement-once", 360)
    assert "lãnh đạo phải cho phép" in appraiser.page.inner_text(".mc-errors")
    assert appraiser.page.input_value("#f-ket-qua").startswith("Bản vẽ nộp lại"), "what was typed stays"

    leader.go(f"/desk/dossiers/{code}")
    open_details(leader, "Cho phép yêu cầu bổ sung thêm một lần")
    leader.look("supplement-allow", 360)
    leader.page.fill("#f-allow_supplement", "Bản nộp lại hỏng khi vận chuyển.")
    leader.press("Cho phép")
    assert "Đã cho phép yêu cầu bổ sung thêm một lần." in leader.page.inner_text(".alert")
    assert "Bản nộp lại hỏng khi vận chuyển." in leader.page.inner_text(".mc-timeline")

    finish(appraiser, "Yêu cầu bổ sung")
    appraiser.go(f"/desk/dossiers/{code}")
    told = appraiser.page.inner_text(".mc-timeline")
    assert "Yêu cầu bổ sung giấy tờ lần 2" in told
    town.now = site_now(site)
    town.complete(code, "bo_sung", citizen, "done", giai_trinh="Đã nộp lại.")
    claim_row(appraiser, APPRAISER, code)
    appraiser.fill("ket_qua", "Vẫn thiếu.")
    finish(appraiser, "Yêu cầu bổ sung")
    assert "lãnh đạo phải cho phép" in appraiser.page.inner_text(".mc-errors")
