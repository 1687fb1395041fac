"""The portal from the first question to tracking: find by questions, sign in by the identity provider, file for a child with
a paper of the own store, print the form, track; and a file that goes on where the connection broke.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Route
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from national.simulators.oidc import Provider, client_of
from store.tables import dossier
from tests.browser.conftest import Site, Visitor
from tests.browser.test_applicant import PDF, WARD, fill_birth

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module", autouse=True)
def provider(site: Site) -> Iterator[Provider]:
    """An identity provider on a port of its own, told to the running site."""
    opened = Provider("", client_of(site.url, "motcua", "secret"), post=lambda url, form: None)
    pages = opened.pages("/oidc")

    @Request.application
    def answer(request: Request) -> Response:
        page = pages.get((request.method, request.path))
        return page(request) if page else Response("", 404)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    opened.issuer = f"http://127.0.0.1:{server.port}/oidc"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = site.app.config["SETTINGS"]
    known = {"oidc_issuer": opened.issuer, "oidc_client_id": "motcua", "oidc_client_secret": "secret"}
    site.app.config["SETTINGS"] = dataclasses.replace(before, public_url=site.url, **known)
    yield opened
    site.app.config["SETTINGS"] = before
    server.shutdown()


def find(visitor: Visitor) -> None:
    """From the home page by questions to the procedure's page."""
    page = visitor.page
    visitor.go("/")
    page.click("text=Chưa biết tên thủ tục")
    page.check("#f-viec")
    page.check("#f-giay-khai-sinh")
    page.wait_for_selector("#suggested >> text=Đăng ký khai sinh")
    visitor.look("guide")
    page.click("#suggested >> text=Đăng ký khai sinh")


def received(site: Site) -> None:
    """Every dossier so far has been received at the counter."""
    session: Session = site.town.session
    session.rollback()
    session.execute(update(dossier).values(received_at=dossier.c.submitted_at))
    session.commit()


def test_a_parent_finds_signs_in_files_for_a_child_and_tracks(visit: Visit, site: Site) -> None:
    """Nothing typed twice: name and number from the identity provider (whose consent is refused once), the paper from the
    store the second time."""
    visitor = visit(360)
    page = visitor.page
    find(visitor)
    page.click("text=Nộp hồ sơ trực tuyến")
    visitor.look("sign-in-identity", 1440)
    page.click("a:has-text('Đăng nhập bằng định danh điện tử')")
    page.click("button:has-text('Không đăng nhập')")
    assert "Bạn đã không đăng nhập bằng định danh điện tử" in page.inner_text("body")
    visitor.look("sign-in-declined", 1440)
    page.click("a:has-text('Đăng nhập bằng định danh điện tử')")
    page.click("button:has-text('Đỗ Thị Mai')")
    visitor.choose("agency", WARD)
    page.click("text=Thêm người được đại diện")
    page.check("#f-capacity")
    visitor.fill("name", "Đỗ Minh Châu")
    visitor.fill("born_on", (datetime.now(UTC).date() - timedelta(days=20)).isoformat())
    visitor.look("mandates", 1440)
    visitor.press("Lưu")
    visitor.choose("agency", WARD)
    page.get_by_label("Thay cho Đỗ Minh Châu").check()
    visitor.look("begin-mandate", 1440)
    visitor.press("Tiếp tục")
    assert page.input_value("#f-nguoi-yeu-cau") == "Đỗ Thị Mai"
    assert page.get_attribute("#f-nguoi-yeu-cau", "readonly") is not None
    assert "Lấy từ định danh điện tử" in page.inner_text("main")
    fill_birth(visitor)
    page.wait_for_selector("text=Đã lưu nháp lúc")
    visitor.look("prefilled", 1440)
    visitor.press("Lưu và tiếp tục")
    paper = {"name": "giấy chứng sinh.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.set_input_files("#f-papers-giay-chung-sinh", [paper])
    page.wait_for_selector("text=1 trang")
    visitor.look("papers-uploaded", 1440)
    visitor.press("Lưu và tiếp tục")
    assert "Đỗ Minh Châu" in page.inner_text("main")
    printed = page.request.get(page.url.replace("/xem-lai", "/to-khai"))
    assert printed.body().startswith(b"%PDF")
    visitor.look("review-mandate", 1440)
    visitor.press("Nộp hồ sơ")
    code = page.inner_text(".mc-code").strip()
    visitor.go(f"/ho-so/{code}")
    assert code in page.inner_text("h1")

    received(site)
    visitor.go("/giay-to")
    handed_in = page.inner_text("main tbody").count("Giấy chứng sinh")
    assert handed_in == 1, "the same paper, however often it was handed in"
    visitor.look("store", 1440)
    visitor.go("/thu-tuc/1.001193/nop")
    visitor.choose("agency", WARD)
    visitor.choose("earlier", code)
    visitor.press("Tiếp tục")
    assert f"Lấy từ hồ sơ {code}" in page.inner_text("main")
    page.check("#f-cam-doan")
    visitor.press("Lưu và tiếp tục")
    page.select_option("#f-store-giay_chung_sinh", index=1)
    visitor.look("papers-store", 1440)
    visitor.press("Lưu và tiếp tục")
    assert "từ kho giấy tờ" in page.inner_text("main")
    visitor.press("Nộp hồ sơ")
    assert page.inner_text(".mc-code").strip() != code


def test_an_upload_goes_on_where_the_connection_broke(visit: Visit, tmp_path: Path) -> None:
    """The second piece never arrives; the third try goes on behind the first, and nothing is sent twice."""
    visitor = visit()
    page = visitor.page
    visitor.sign_in("phamthilan")
    visitor.go("/thu-tuc/1.001193/nop")
    visitor.choose("agency", WARD)
    visitor.press("Tiếp tục")
    fill_birth(visitor)
    visitor.press("Lưu và tiếp tục")
    sent: list[int] = []

    def flaky(route: Route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        sent.append(int(route.request.headers["upload-offset"]))
        return route.abort() if len(sent) == 2 else route.continue_()

    page.route("**/tai-len/**", flaky)
    large = tmp_path / "lớn.pdf"
    large.write_bytes(PDF + b"\n%" + b"x" * 1_300_000)
    page.set_input_files("#f-papers-giay-chung-sinh", str(large))
    page.wait_for_selector("text=Mất kết nối >> visible=true")
    page.wait_for_selector("text=1 trang")
    assert sent == [0, 524288, 524288, 1048576]
    visitor.faults.clear()  # the broken request itself stands in the console
    visitor.look("uploaded")
