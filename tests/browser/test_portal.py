"""Money, messages, ticked items, ratings and complaints in a browser, with a simulated payment gateway behind."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from casework.gate import Accepted
from engine.commands import ClaimTask, CompleteTask
from engine.declared import ComponentGiven, Person
from national.simulators.payment import Gateway
from tests.browser.conftest import Site, Visitor
from tests.casework.town import BIRTH_ANSWERS, WARD
from tests.web.test_mandates import PDF

CITIZEN = "nguyenvanhung"
LATE = {**BIRTH_ANSWERS, "ngay_sinh": "2020-01-05"}  # long after 60 days: 8.000 đồng
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module", autouse=True)
def gateway(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A bank on a port of its own, told to the running site; its notices come over HTTP as they would."""
    folder: Path = tmp_path_factory.mktemp("bank")
    opened: list[Gateway] = []

    @Request.application
    def answer(request: Request) -> Response:
        return opened[0].answer(request) or Response("not found", 404)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    url = f"http://127.0.0.1:{server.port}/payment"
    opened.append(Gateway("secret", "M", url, folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = site.app.config["SETTINGS"]
    site.app.config["SETTINGS"] = dataclasses.replace(
        before, public_url=site.url, payment_url=url, payment_merchant="M", payment_secret="secret"
    )
    site.app.config["PAY_AT"] = f"http://127.0.0.1:{server.port}"
    yield opened[0]
    site.app.config["SETTINGS"], site.app.config["PAY_AT"] = before, ""
    server.shutdown()


def filed(site: Site, **changed: object) -> str:
    """A birth registration of today's, filed by the citizen."""
    town = site.town
    town.now = datetime.now(UTC)
    return town.submitted(actor=town.person(CITIZEN), **changed)


def test_a_fee_is_paid_in_the_browser_once(site: Site, visit: Visit) -> None:
    """Due with its rule, off to the bank, back, on record with a receipt; refused, tried again; no second button."""
    code = filed(site, answers=LATE)
    visitor = visit(360)
    visitor.sign_in(CITIZEN)
    visitor.go("/ho-so")
    assert "Còn phải nộp 8.000 đồng" in visitor.page.inner_text(f"main tr:has-text('{code}')")
    visitor.page.click(f"main a:has-text('{code}')")
    visitor.look("fee-due", 1440)
    visitor.press("Nộp trực tuyến")
    visitor.page.click('button[value="fail"]')
    visitor.page.wait_for_selector(".mc-pay-failed")
    assert "Ngân hàng từ chối giao dịch" in visitor.page.inner_text("main")
    visitor.look("fee-failed")
    visitor.press("Nộp lại 8.000 đồng")
    visitor.page.click('button[value="abandon"]')
    visitor.go(f"/ho-so/{code}")
    assert "chưa có xác nhận của cổng thanh toán" in visitor.page.inner_text("main")
    visitor.press("Nộp trực tuyến")
    visitor.page.click('button[value="twice"]')
    visitor.page.wait_for_selector(".mc-pay-paid")
    visitor.look("fee-paid", 1440)
    visitor.page.click("main a:has-text('Về trang hồ sơ')")
    assert "Đã nộp" in visitor.page.inner_text(".mc-bill")
    assert visitor.page.locator("button:has-text('Nộp trực tuyến')").count() == 0
    assert visitor.page.locator("main a:has-text('Biên lai')").count() == 1
    visitor.go("/tra-cuu")
    visitor.page.fill("#f-code", code)
    visitor.page.fill("#f-secret", secret(site, code))
    visitor.press("Tra cứu")
    assert "Đã nộp" in visitor.page.inner_text(".mc-bill")
    visitor.look("tracked-paid")


def test_applicant_and_officer_write_to_each_other(site: Site, visit: Visit) -> None:
    code = filed(site)
    citizen, clerk = visit(360), visit()
    citizen.sign_in(CITIZEN)
    citizen.go(f"/ho-so/{code}")
    citizen.page.click("summary:has-text('Hỏi hoặc nhắn')")
    citizen.page.fill("#f-text", "Khi nào có kết quả ạ?")
    citizen.page.click("form:has(#f-text) button:has-text('Gửi')")
    citizen.look("conversation", 1440)
    clerk.sign_in(site.town.officer(WARD, "one_stop_officer").id)
    clerk.go(f"/desk/dossiers/{code}")
    assert "1 mới" in clerk.page.inner_text("#conversation")
    clerk.look("desk-conversation", 360)
    clerk.page.click("summary:has-text('Viết cho người nộp')")
    clerk.page.fill("#f-text", "Chiều mai ạ.")
    clerk.press("Gửi")
    citizen.go("/ho-so")
    assert "1 tin mới" in citizen.page.inner_text("main")
    citizen.look("my-dossiers-unread")
    citizen.go(f"/ho-so/{code}")
    citizen.page.click("text=Ai đã xem hồ sơ này")
    assert "mở hồ sơ 2 lần" in citizen.page.inner_text("main")
    citizen.look("looks", 1440)


def test_a_supplement_request_is_answered_item_by_item(site: Site, visit: Visit) -> None:
    code, town = filed(site), site.town
    clerk, number = town.officer(WARD, "one_stop_officer"), town.task_no(code, "tiep_nhan")
    town.give(code, ClaimTask(clerk, number))
    words = "Giấy chứng sinh: thiếu trang 2\nGhi rõ quê quán của mẹ"
    done = town.give(code, CompleteTask(clerk, number, "supplement", {"noi_dung": words}))
    assert isinstance(done, Accepted), done
    visitor = visit(360)
    visitor.sign_in(CITIZEN)
    visitor.go(f"/ho-so/{code}")
    visitor.page.click("main a:has-text('Trả lời, gửi bổ sung')")
    assert visitor.page.input_value("#f-dien-thoai") == BIRTH_ANSWERS["dien_thoai"]  # as the dossier says
    visitor.look("items", 1440)
    visitor.fill("giai_trinh", "Đã bổ sung")
    visitor.page.check("#f-item-1")
    visitor.page.click('main button[name="_outcome"]')
    visitor.settle()
    assert "Mục 2 chưa được đánh dấu" in visitor.page.inner_text(".mc-errors")
    visitor.look("items-wrong")
    visitor.page.check("#f-item-2")
    visitor.page.click('main button[name="_outcome"]')
    visitor.settle()
    assert re.search(rf"/ho-so/{code}$", visitor.page.url)


def test_who_holds_the_receipt_answers_without_an_account(site: Site, visit: Visit) -> None:
    """Filed at the counter: tracked by code and secret, the file goes up in pieces, the answer is sent."""
    town = site.town
    clerk = town.officer(WARD, "one_stop_officer")
    town.now = datetime.now(UTC)
    code = town.submitted(actor=clerk, channel="counter", applicant=Person("Bà Nguyễn Thị Tư"))
    number = town.task_no(code, "tiep_nhan")
    town.give(code, ClaimTask(clerk, number))
    town.give(code, CompleteTask(clerk, number, "supplement", {"noi_dung": "Giấy chứng sinh: thiếu trang 2"}))
    visitor = visit(360)
    visitor.go("/tra-cuu")
    visitor.fill("code", code)
    visitor.fill("secret", secret(site, code, clerk.id))
    visitor.press("Tra cứu")
    visitor.look("tracked-supplement", 1440)
    visitor.press("Trả lời, gửi bổ sung")
    scan = {"name": "trang 2.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-papers-giay-chung-sinh", [scan])
    visitor.page.wait_for_selector("main button:has-text('Bỏ tệp')")
    visitor.look("receipt-supplement", 1440)
    visitor.fill("giai_trinh", "Chụp lại trang 2")
    visitor.press("Đã bổ sung")
    assert "Đã gửi" in visitor.page.inner_text("body")


def test_a_complaint_gets_its_answer_and_a_dossier_its_rating(site: Site, visit: Visit) -> None:
    """Sent without signing in, assigned, answered, judged; the leader's and the controller's pages pass too."""
    visitor = visit(360)
    visitor.go("/phan-anh")
    visitor.press("Gửi phản ánh, kiến nghị")
    visitor.look("petition-wrong", 1440)
    visitor.page.check("#f-kind")
    for name, text in (
        ("title", "Chờ lâu"),
        ("body", "Chờ hai giờ."),
        ("name", "Lê Hoa"),
        ("phone", "0912345678"),
    ):
        visitor.page.fill(f"#f-{name}", text)
    visitor.press("Gửi phản ánh, kiến nghị")
    visitor.look("petition-sent")
    code = visitor.page.inner_text(".mc-code").strip()
    found = visitor.page.inner_text(".mc-secret").strip()
    controller, leader = visit(), visit()
    controller.sign_in("vp.ksthc")
    controller.go(f"/desk/petitions/{code}")
    controller.look("petition", 360)
    controller.page.select_option("#f-agency", WARD)
    controller.press("Chuyển")
    controller.go("/desk/petitions")
    controller.look("petitions", 360)
    leader.sign_in(site.town.officer(WARD, "leader").id)
    leader.go(f"/desk/petitions/{code}")
    leader.page.fill("#f-answer", "Đã thêm người ở quầy.")
    leader.press("Trả lời")
    leader.look("petition-answered")
    leader.go("/desk/ratings")
    leader.look("ratings")
    visitor.page.click("main a:has-text('Xem phản ánh')")
    visitor.page.fill("#f-secret", found)
    visitor.press("Xem")
    assert "Đã thêm người ở quầy." in visitor.page.inner_text("main")
    visitor.press("Hài lòng")
    visitor.look("petition-own", 1440)


def test_a_finished_dossier_is_rated_once(site: Site, visit: Visit) -> None:
    town = site.town
    code = filed(site, components=(ComponentGiven("giay_chung_sinh", originals=1),))
    clerk, number = town.officer(WARD, "one_stop_officer"), town.task_no(code, "tiep_nhan")
    town.give(code, ClaimTask(clerk, number))
    town.give(code, CompleteTask(clerk, number, "refuse", {"noi_dung": "Không đúng thẩm quyền."}))
    visitor = visit(360)
    visitor.sign_in(CITIZEN)
    visitor.go(f"/ho-so/{code}")
    visitor.look("rating", 1440)
    visitor.page.check("#f-level-BT")
    visitor.press("Gửi đánh giá")
    assert visitor.page.locator("#rating").count() == 0
    visitor.go("/notices/wishes")
    visitor.look("wishes")
    visitor.press("Lưu")
    admin = visit()
    admin.sign_in("admin")
    for place, name in (("/admin/money/", "money"), ("/admin/deliveries", "deliveries")):
        admin.go(place)
        admin.look(name, 360)


def secret(site: Site, code: str, who: str = CITIZEN) -> str:
    from store.queries import dossiers

    found = dossiers.secret_of(site.town.session, site.town.person(who), code)
    assert found
    return found


def test_a_paper_is_put_into_the_store_renamed_and_removed(site: Site, visit: Visit) -> None:
    """Without JavaScript, as any form; wrong input stays typed, the file stays uploaded. With it, in pieces."""
    visitor = visit(360, scripts=False)
    visitor.sign_in(CITIZEN)
    visitor.go("/giay-to")
    visitor.fill("valid_to", "2099-12-31")
    scan = {"name": "so do.pdf", "mimeType": "application/pdf", "buffer": PDF}
    visitor.page.set_input_files("#f-file", [scan])
    visitor.page.click("main button:has-text('Thêm vào kho')")
    assert "Chưa ghi tên giấy tờ" in visitor.page.inner_text("main")
    assert "Đã tải lên so do.pdf" in visitor.page.inner_text("main")
    visitor.fill("name", "Giấy chứng nhận quyền sử dụng đất")
    visitor.page.click("main button:has-text('Thêm vào kho')")
    assert "31/12/2099" in visitor.page.inner_text("main table")
    seeing = visit()
    seeing.sign_in(CITIZEN)
    seeing.go("/giay-to")
    seeing.page.set_input_files("#f-file", [scan])
    seeing.page.wait_for_selector("text=Đã tải lên so do.pdf")
    seeing.page.select_option("#f-code", label="Giấy chứng sinh do cơ sở y tế cấp")
    seeing.press("Thêm vào kho")
    seeing.page.wait_for_selector("main tbody tr:has-text('Giấy chứng sinh')")
    seeing.page.click("summary:has-text('Sửa, xóa') >> nth=0")
    seeing.look("store", 360)
    seeing.press("Xóa khỏi kho")
    assert "Đã xóa khỏi kho" in seeing.page.inner_text("body")
