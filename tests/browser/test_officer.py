"""The officer's main path in a browser: receive, hand over, answer, meet a colleague, give out work."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select

from casework import attachments
from casework.demo import PROCEDURES
from engine.declared import ComponentGiven, Person
from store.tables import look_log, notification
from tests.browser.conftest import Site, Visitor
from tests.browser.test_applicant import PDF

WARD = "H23.30.05"
MARRIAGE = "1.004873"
COUNTER = f"/desk/queues/{WARD}:one_stop_officer"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Visit = Callable[..., Visitor]


@pytest.fixture
def code(site: Site) -> str:
    """A request for a certificate of marital status; the applicant lived in three communes before."""
    scenario = tomllib.loads((PROCEDURES / MARRIAGE / "v1/scenarios/hoi_ba_xa.toml").read_text("utf-8"))
    filed = scenario["do"][0]["submit"]
    return file(site, answers=filed["answers"])


def file(site: Site, **filed: object) -> str:
    site.town.now = datetime.now(UTC)
    return site.town.submitted(procedure=MARRIAGE, agency=WARD, components=(), **filed)


def open_row(visitor: Visitor, queue: str, code: str) -> None:
    visitor.go(f"/desk/queues/{queue}")
    visitor.page.click(f"tbody a:has-text('{code}')")


def claim_row(visitor: Visitor, queue: str, code: str) -> None:
    """Claim from the list itself: one press, and the step's form is there."""
    visitor.go(f"/desk/queues/{queue}")
    visitor.page.click(f"tr:has-text('{code}') button:has-text('Nhận việc')")


def finish(visitor: Visitor, outcome: str) -> None:
    visitor.page.click(f'#step-form button:has-text("{outcome}")')
    visitor.page.wait_for_load_state("load")


def test_officers_take_a_dossier_from_counter_to_other_communes(visit: Visit, site: Site, code: str) -> None:
    """Receive, appraise, hand over to three communes: one accepts and answers, one refuses, the sender routes it anew."""
    counter = visit()
    counter.type_password("mc.thachkhoi")
    counter.look("desk-home", 360)
    counter.go(f"{COUNTER}?q=le+van")
    assert code in counter.page.inner_text("tbody")
    counter.look("desk-queue", 360)
    counter.go(f"{COUNTER}?q=khong+ai+ca")
    counter.look("desk-queue-empty")
    claim_row(counter, f"{WARD}:one_stop_officer", code)
    counter.look("desk-task", 360)
    counter.page.check("label:has-text('Đủ thành phần hồ sơ')")
    finish(counter, "Tiếp nhận")
    assert "Đã xong bước “Tiếp nhận hồ sơ”" in counter.page.inner_text(".alert")

    registrar = visit()
    registrar.sign_in("ht.thachkhoi")
    claim_row(registrar, f"{WARD}:civil_status_officer", code)
    registrar.page.wait_for_selector("#step-form")
    registrar.page.keyboard.press("Control+Enter")
    registrar.page.wait_for_selector(".alert:has-text('Đã xong bước')")

    asked = visit()
    asked.sign_in("ht.saodo")
    open_row(asked, "H23.31.01:civil_status_officer", code)
    asked.look("desk-offered", 360)
    asked.press("Nhận hồ sơ")
    assert "Bạn đã nhận việc này." in asked.page.inner_text(".alert")
    asked.page.fill("#f-note", "Đã tra sổ giấy từ năm 2015.")
    finish(asked, "Chưa đăng ký kết hôn")

    refusing = visit()
    refusing.sign_in("ht.minhhoa")
    open_row(refusing, "H23.32.03:civil_status_officer", code)
    refusing.page.click("summary:has-text('Từ chối nhận')")
    refusing.page.fill("#f-refuse", "Người này thường trú ở xã khác.")
    refusing.press("Trả lại bên gửi")

    open_row(counter, f"{WARD}:one_stop_officer", code)
    assert "Người này thường trú ở xã khác." in counter.page.inner_text("main")
    counter.look("desk-refused")
    counter.choose("agency", "H23.33.02")
    counter.page.fill("#f-why", "Theo sổ hộ khẩu.")
    counter.press("Chuyển lại")

    counter.go(f"/desk/dossiers/{code}")
    counter.look("desk-dossier", 360)
    ledger = counter.page.inner_text("section:has(#ledger)")
    assert "Từ chối: Người này thường trú ở xã khác." in ledger
    assert "Đã nhận (Nguyễn Đình Khoa)" in ledger
    assert "Đã tra sổ giấy từ năm 2015." in counter.page.inner_text(".mc-timeline")
    counter.page.click("text=Vì sao ngày này?")
    counter.look("desk-deadline", 360)
    receipt = counter.page.request.get(f"{site.url}/desk/dossiers/{code}/papers/01")
    assert receipt.headers["content-type"] == "application/pdf"


def test_work_may_go_back_a_step(visit: Visit, code: str) -> None:
    """Who appraises sends it back to the counter with a reason; the counter reads it there."""
    counter = visit()
    counter.sign_in("mc.thachkhoi")
    claim_row(counter, f"{WARD}:one_stop_officer", code)
    finish(counter, "Tiếp nhận")
    registrar = visit()
    registrar.sign_in("ht.thachkhoi")
    claim_row(registrar, f"{WARD}:civil_status_officer", code)
    registrar.page.click("summary:has-text('Trả về bước trước')")
    registrar.page.select_option("#f-to", label="Tiếp nhận hồ sơ")
    registrar.page.fill("#f-back", "Thiếu số điện thoại.")
    registrar.press("Trả về")
    open_row(counter, f"{WARD}:one_stop_officer", code)
    assert "Thiếu số điện thoại." in counter.page.inner_text(".mc-timeline")


def test_the_second_officer_is_told_who_acted(visit: Visit, code: str) -> None:
    """Two officers have one task open; the second press gets 409 and the page names the first."""
    first, second = visit(), visit()
    for officer, username in ((first, "mc.thachkhoi"), (second, "mc2.thachkhoi")):
        officer.sign_in(username)
        open_row(officer, f"{WARD}:one_stop_officer", code)
    first.press("Nhận việc")
    with second.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        second.page.click("main button:has-text('Nhận việc')")
    assert answered.value.status == 409
    assert "Bùi Minh Nguyệt vừa nhận việc này." in second.page.inner_text(".mc-errors")
    assert "Bùi Minh Nguyệt đã nhận việc này lúc" in second.page.inner_text("main")
    second.look("desk-met", 360)


def test_a_head_gives_the_work_of_one_officer_to_another(visit: Visit, code: str) -> None:
    """The agency at a glance counts by officer and by step, and assigns from the list."""
    head = visit()
    head.sign_in("mc.thachkhoi")
    head.go("/desk/agency")
    head.look("desk-agency", 360)
    row = f"tr:has-text('{code}')"
    head.page.select_option(
        f"{row} select", label=head.page.inner_text(f"{row} option:has-text('Lương Thế Anh')")
    )
    head.page.click(f"{row} button")
    assert "Đã giao việc cho Lương Thế Anh." in head.page.inner_text(".alert")
    head.page.click("a:has-text('Lương Thế Anh')")
    assert code in head.page.inner_text("section:has(#list)")
    leader = visit()
    leader.sign_in("ld.thachkhoi")
    leader.go("/desk/agency")
    assert leader.page.locator("section:has(#list) select").count() >= 1, "a leader gives out work, too"
    expert = visit()
    expert.sign_in("ht.thachkhoi")
    expert.go("/desk/agency")
    assert "403" in expert.page.inner_text("main")


def test_notices_ring_until_they_are_read(visit: Visit, site: Site, code: str) -> None:
    """The bell counts what is unread; opening one leads to its dossier."""
    dossier_id = (
        site.town.session.execute(
            notification.metadata.tables["dossier"]
            .select()
            .where(notification.metadata.tables["dossier"].c.code == code)
        )
        .one()
        .id
    )
    told = {"at": datetime.now(UTC), "dossier_id": dossier_id, "account": "mc2.thachkhoi", "channel": "page"}
    site.town.session.execute(
        insert(notification), [{**told, "topic": "offered"}, {**told, "topic": "due_soon"}]
    )
    site.town.session.commit()
    officer = visit()
    officer.sign_in("mc2.thachkhoi")
    officer.go("/desk/")
    assert officer.page.inner_text(".mc-bell b") == "2"
    officer.page.click(".mc-bell")
    officer.look("notices", 360)
    officer.page.click("text=Hồ sơ sắp đến hạn giải quyết")
    assert officer.page.inner_text("h1").startswith(code)
    assert officer.page.inner_text(".mc-bell b") == "1"


def test_the_desk_speaks_english(visit: Visit, code: str) -> None:
    """Roles, procedures and what a bundle says have their English; names of people and agencies are marked Vietnamese."""
    officer = visit()
    officer.sign_in("mc.thachkhoi")
    officer.go("/language/en?next=/desk/")
    assert "One-stop shop officer" in officer.page.inner_text("main")
    officer.look("desk-home-en")
    open_row(officer, f"{WARD}:one_stop_officer", code)
    assert officer.page.get_attribute("html", "lang") == "en"
    assert officer.page.inner_text("h1") == "Receive the dossier"
    assert "Ủy ban nhân dân phường Thạch Khôi" in officer.page.locator("header [lang=vi]").all_inner_texts()
    officer.look("desk-task-en")


def test_papers_are_read_beside_the_form(visit: Visit, site: Site) -> None:
    """A PDF and a picture open in the page, harmless whatever they hold; the look is logged only when they are opened."""
    clerk, session = site.town.person("mc.conghoa"), site.town.session
    site.town.now = datetime.now(UTC)
    kept = [
        attachments.keep(session, clerk, name, content, now=site.town.now)
        for name, content in (("ban_ve.pdf", PDF), ("anh.png", PNG))
    ]
    given = ComponentGiven("giay_chung_sinh", originals=1, attachments=tuple(str(one["id"]) for one in kept))
    code = site.town.submitted(
        agency="H23.31.02",
        actor=clerk,
        channel="counter",
        applicant=Person("Bà Năm"),
        components=(given,),
    )
    officer = visit()
    officer.sign_in("mc.conghoa")
    claim_row(officer, "H23.31.02:one_stop_officer", code)
    page = officer.page
    before = session.scalar(select(func.count()).select_from(look_log))
    session.rollback()
    with page.expect_response(lambda answer: "/desk/attachments/" in answer.url) as shown:
        page.click("summary:has-text('anh.png')")
    assert "sandbox" in shown.value.headers["content-security-policy"]
    assert shown.value.headers["content-disposition"].startswith("inline")
    page.wait_for_function("document.querySelector('.mc-inplace img').naturalWidth > 0")
    assert session.scalar(select(func.count()).select_from(look_log)) == before + 1
    page.click("button:has-text('Xoay ảnh')")
    assert page.get_attribute(".mc-inplace img", "data-turn") == "1"
    officer.look("desk-viewer", 360)
    with page.expect_response(lambda answer: "/desk/attachments/" in answer.url) as shown:
        page.click("summary:has-text('ban_ve.pdf')")
    sent = page.request.get(shown.value.url)  # the browser's own viewer rewrites what the page is told
    assert sent.headers["content-type"] == "application/pdf"
    assert "default-src 'none'" in sent.headers["content-security-policy"]
    officer.look("desk-viewer-pdf")
    saved = page.request.get(f"{site.url}/desk/attachments/{kept[0]['id']}")
    assert saved.headers["content-disposition"].startswith("attachment")
