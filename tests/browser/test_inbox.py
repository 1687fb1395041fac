"""The inbox in a browser: live counters, pages, bulk orders, keyboard, saved views; with and without scripts."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from casework.demo import PROCEDURES
from engine.commands import ClaimTask
from engine.declared import Person
from tests.browser.conftest import Site
from tests.browser.test_officer import COUNTER, MARRIAGE, WARD, Visit, code, file
from tests.web.test_spreadsheet import read

__all__ = ["code"]


def test_the_queue_counts_on_without_a_reload(visit: Visit, site: Site, code: str) -> None:
    """Every half minute the counters are asked for; a new dossier is announced, the list stays under the reader's eyes.

    Nothing is sent when nothing has changed, and nothing asked while nobody sees the page.
    """
    officer = visit(own=True)
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


def test_a_long_queue_is_read_page_by_page(visit: Visit, site: Site) -> None:
    """Page two and back, each filter shows what its counter says, names are found without accents, and it prints."""
    clerk = site.town.officer("H23.31.01", "one_stop_officer")
    site.town.now = datetime.now(UTC)
    for number in range(52):
        name = "Đặng Thị Quỳnh" if number == 7 else f"Người Nộp {number}"
        site.town.submitted(agency="H23.31.01", actor=clerk, channel="counter", applicant=Person(name))
    officer = visit(own=True)
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
    page.click("summary:has-text('Cột hiển thị')")
    page.fill("[aria-label='Tên bộ lọc “Của tôi, gọn”']", "Việc của tôi")
    page.check("label:has-text('cả hàng đợi cùng dùng')")
    officer.look("desk-views", 360)
    page.click("form:has([aria-label^='Tên bộ lọc']) button:has-text('Lưu')")
    page.click("nav a:has-text('Việc của tôi')")
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
    registrar = visit(scripts=False)
    registrar.sign_in("ht.thachkhoi")
    code = site.town.received()
    registrar.go(f"/desk/queues/{WARD}:civil_status_officer?q={code}")
    registrar.page.check("tbody [name=tasks]")
    registrar.page.select_option("#bulk [name=outcome]", label="Đủ điều kiện")
    registrar.page.click("#bulk button:has-text('Hoàn thành')")
    assert "Hoàn thành 1 việc với kết quả “Đủ điều kiện”?" in registrar.page.inner_text("main")
    assert f"{code} · Thẩm định nội dung khai sinh" in registrar.page.inner_text("main")
    registrar.page.click("main button:has-text('Hoàn thành')")
    assert f"{code} · Thẩm định nội dung khai sinh: đã xong" in registrar.page.inner_text("main")
