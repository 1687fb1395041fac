"""The officer's main path in a browser: receive, hand over, answer, meet a colleague, give out work."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from casework import attachments
from casework.demo import PROCEDURES
from engine.commands import ClaimTask, ComponentGiven, Person
from store.tables import look_log, notification
from tests.browser.conftest import Site, Visitor
from tests.browser.test_applicant import PDF
from tests.web.test_spreadsheet import read

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
    counter.sign_in("mc.thachkhoi")
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
    finish(registrar, "Hồ sơ hợp lệ")

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


def test_the_queue_counts_on_without_a_reload(visit: Visit, site: Site, code: str) -> None:
    """Every half minute the counters are asked for; a new dossier is announced, the list stays under the reader's eyes.

    Nothing is sent when nothing has changed, and nothing asked while nobody sees the page.
    """
    officer = visit()
    officer.page.clock.install()
    officer.sign_in("mc.thachkhoi")
    officer.go(COUNTER)
    listed = officer.page.inner_text("tbody")
    with officer.page.expect_response(lambda answer: "/counters" in answer.url) as answered:
        officer.page.clock.fast_forward(31_000)
    assert answered.value.status == 204
    assert officer.page.locator(".mc-counters li").count() == 6, "what stands there stays"
    asked: list[str] = []
    officer.page.on(
        "request", lambda request: asked.append(request.url) if "/counters" in request.url else None
    )
    hide = "Object.defineProperty(document, 'hidden', {get: () => %s, configurable: true})"
    officer.page.evaluate(hide % "true")
    officer.page.clock.fast_forward(31_000)
    officer.settle()
    assert asked == []
    officer.page.evaluate(hide % "false")
    scenario = tomllib.loads((PROCEDURES / MARRIAGE / "v1/scenarios/hoi_ba_xa.toml").read_text("utf-8"))
    newer = file(site, answers=scenario["do"][0]["submit"]["answers"])
    with officer.page.expect_response(lambda answer: "/counters" in answer.url):
        officer.page.clock.fast_forward(31_000)
    officer.page.wait_for_selector("text=Hàng đợi vừa thay đổi")
    assert officer.page.inner_text("tbody") == listed
    officer.page.click("text=Hàng đợi vừa thay đổi")
    assert newer in officer.page.inner_text("tbody")


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
    assert officer.page.inner_text(".mc-bell b") == "2"
    officer.page.click(".mc-bell")
    officer.look("notices", 360)
    officer.page.click("text=Hồ sơ sắp đến hạn giải quyết")
    assert officer.page.inner_text("h1").startswith(code)
    assert officer.page.inner_text(".mc-bell b") == "1"


def test_the_desk_speaks_english(visit: Visit, code: str) -> None:
    """Names of roles and procedures have their English; what stays Vietnamese is marked so."""
    officer = visit()
    officer.sign_in("mc.thachkhoi")
    officer.go("/language/en?next=/desk/")
    assert "One-stop shop officer" in officer.page.inner_text("main")
    officer.look("desk-home-en")
    open_row(officer, f"{WARD}:one_stop_officer", code)
    assert officer.page.get_attribute("html", "lang") == "en"
    assert officer.page.locator("h1 [lang=vi]").inner_text() == "Tiếp nhận hồ sơ"
    officer.look("desk-task-en")


def test_a_long_queue_is_read_page_by_page(visit: Visit, site: Site) -> None:
    """Page two and back, each filter shows what its counter says, names are found without accents, and it prints."""
    clerk = site.town.officer("H23.31.01", "one_stop_officer")
    site.town.now = datetime.now(UTC)
    for number in range(52):
        name = "Đặng Thị Quỳnh" if number == 7 else f"Người Nộp {number}"
        site.town.submitted(agency="H23.31.01", actor=clerk, channel="counter", applicant=Person(name))
    officer = visit()
    officer.sign_in("mc.saodo")
    officer.go("/desk/queues/H23.31.01:one_stop_officer")
    rows = officer.page.locator("tbody tr")
    assert rows.count() == 50
    first = rows.first.inner_text()
    officer.page.click("a[rel=next]")
    assert rows.count() == 2
    officer.look("desk-queue-2", 360)
    officer.page.click("a:has-text('Về trang đầu')")
    assert rows.first.inner_text() == first
    officer.page.go_back()
    assert rows.count() == 2
    for label in ("Đang mở", "Mới", "Sắp đến hạn", "Quá hạn", "Của tôi", "Chờ nhận bàn giao"):
        officer.page.click(f".mc-counters a:has-text('{label}')")
        count = int(officer.page.inner_text(f".mc-counters a:has-text('{label}') b"))
        assert rows.count() == min(count, 50), label
    officer.go("/desk/queues/H23.31.01:one_stop_officer")
    officer.fill("q", "dang thi quynh")
    officer.page.keyboard.press("Enter")
    officer.settle()
    assert rows.locator("[data-label='Người nộp']").all_inner_texts() == ["Đặng Thị Quỳnh"]
    with officer.page.expect_download() as saved:
        officer.page.click("a:has-text('Xuất Excel')")
    assert len(read(Path(saved.value.path()).read_bytes())) == 2, "heading and what is searched for"
    assert saved.value.suggested_filename == "hang-doi-H23.31.01-one_stop_officer.xlsx"
    officer.page.wait_for_selector("text=Đã tải xong tệp.")
    officer.go("/desk/queues/H23.31.01:one_stop_officer")
    with officer.page.expect_download() as saved:
        officer.page.click("a:has-text('Xuất Excel')")
    assert len(read(Path(saved.value.path()).read_bytes())) >= 53, "both pages"
    officer.page.emulate_media(media="print")
    assert not officer.page.is_visible("header nav")
    assert not officer.page.is_visible("main button")
    assert officer.page.is_visible("tbody tr")


def test_many_tasks_at_once_and_by_keyboard(visit: Visit, site: Site) -> None:
    """Ticked by keyboard, claimed in bulk with a result for each; a colleague's task says why not; views are kept."""
    queue = "/desk/queues/H23.32.03:one_stop_officer"
    clerk = site.town.officer("H23.32.03", "one_stop_officer")
    site.town.now = datetime.now(UTC)
    codes = [
        site.town.submitted(agency="H23.32.03", actor=clerk, channel="counter", applicant=Person(f"Bà {n}"))
        for n in range(4)
    ]
    officer = visit()
    officer.sign_in("mc.minhhoa")
    officer.go(queue)
    page = officer.page
    page.keyboard.press("?")
    officer.look("desk-keys", 360)
    page.keyboard.press("Escape")
    page.wait_for_selector("#keys", state="hidden")
    for key in "jxjxjjx":
        page.keyboard.press(key)
    assert "Đã chọn 3" in page.inner_text("#bulk")
    page.keyboard.press("/")
    page.keyboard.type("jjx?")
    assert page.input_value("#f-q") == "jjx?", "keys are letters where somebody types"
    site.town.give(codes[3], ClaimTask(clerk, 1))
    page.click("#bulk button:has-text('Nhận')")
    page.wait_for_selector("#bulk-progress li >> nth=2")
    assert "Được 2 trên 3 việc." in page.inner_text("#bulk-progress")
    officer.look("desk-bulk", 360)
    told = page.inner_text("#bulk-progress")
    assert f"{codes[0]} · Tiếp nhận hồ sơ: đã nhận" in told
    assert f"{codes[3]} · Tiếp nhận hồ sơ: Việc này vừa có người thay đổi" in told
    officer.go(queue)
    page.check("[data-all]")
    page.select_option("#bulk [name=paper]", "05")
    page.click("#bulk button:has-text('In')")
    officer.look("desk-bulk-print", 360)
    assert "Được 4 trên 4 việc." in page.inner_text("main")
    with page.expect_response(lambda a: "/desk/print/" in a.url) as got:
        page.evaluate("fetch(document.querySelector('main a.btn-primary').href)")
    assert got.value.headers["content-type"] == "application/pdf"

    officer.go(f"{queue}?filter=mine")
    page.click("summary:has-text('Cột hiển thị')")
    page.check("label:has-text('Đến lúc')")
    page.uncheck("main .mc-split-forms label:has-text('Người nộp')")
    page.click("button:has-text('Hiện các cột này')")
    assert "Người nộp" not in page.inner_text("thead")
    page.click("summary:has-text('Cột hiển thị')")
    page.fill("#f-view", "Của tôi, gọn")
    officer.look("desk-columns", 360)
    officer.press("Lưu")
    officer.go(queue)
    page.click("nav a:has-text('Của tôi, gọn')")
    assert "Đến lúc" in page.inner_text("thead")
    assert "filter=mine" in page.url
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/tasks/**")
    page.keyboard.press("f")
    assert page.evaluate("document.querySelector('#step-form').contains(document.activeElement)")
    page.keyboard.press("u")
    page.wait_for_url("**/desk/queues/**")


def test_a_bulk_order_needs_no_script(visit: Visit, site: Site) -> None:
    """Sent as a whole, answered by a page that tells of each task."""
    clerk = site.town.officer("H23.32.01", "one_stop_officer")
    site.town.now = datetime.now(UTC)
    code = site.town.submitted(agency="H23.32.01", actor=clerk, channel="counter", applicant=Person("Bà Tư"))
    officer = visit(scripts=False)
    officer.sign_in("mc.anluu")
    officer.go("/desk/queues/H23.32.01:one_stop_officer")
    officer.page.check("tbody [name=tasks]")
    officer.page.click("#bulk button:has-text('Nhận')")
    assert f"{code} · Tiếp nhận hồ sơ: đã nhận" in officer.page.inner_text("main")


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
    officer.look("desk-viewer", 360)
    with page.expect_response(lambda answer: "/desk/attachments/" in answer.url) as shown:
        page.click("summary:has-text('ban_ve.pdf')")
    sent = page.request.get(shown.value.url)  # the browser's own viewer rewrites what the page is told
    assert sent.headers["content-type"] == "application/pdf"
    assert "default-src 'none'" in sent.headers["content-security-policy"]
    officer.look("desk-viewer-pdf")
    saved = page.request.get(f"{site.url}/desk/attachments/{kept[0]['id']}")
    assert saved.headers["content-disposition"].startswith("attachment")
