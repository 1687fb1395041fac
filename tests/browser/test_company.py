"""For a company, by telephone: its man proves that he acts for it, files, chooses how he hears of it, writes STOP and is
told what that means. Behind it an SMS gateway and Zalo by their wire contracts."""

from __future__ import annotations

import contextlib
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from national.simulators.phone import Handler, Telephone
from tests.browser.conftest import Site, Visitor, works
from tests.browser.test_applicant import CITIZEN, PDF, WARD
from tests.browser.test_counter import CHECKED, CLERK, Visit
from tests.browser.test_filing_all import certified_copies
from tests.browser.test_orders import site_now

COMPANY = "Công ty TNHH Xây dựng Thành Đông"
LETTER = {"name": "giấy giới thiệu.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def telephone(site: Site) -> Iterator[Telephone]:
    """Everybody's telephone, on a port of its own; what it says back comes over HTTP."""
    opened = Telephone("secret", "token", "app", site.url)

    @Request.application
    def answer(request: Request) -> Response:
        pages = {
            "/sms/v1/messages": opened.sms,
            "/zalo/message/template": opened.zalo,
            "/phone/reply": opened.reply,
        }
        page = pages.get(request.path)
        return page(request) if page else Response("", 404)

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=Handler)
    url = f"http://127.0.0.1:{server.port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with site.knowing(
        public_url=site.url,
        sms_url=f"{url}/sms",
        sms_brandname="MOTCUA",
        sms_secret="secret",
        zalo_url=f"{url}/zalo",
        zalo_token="token",
        zalo_app_id="app",
        zalo_secret="secret",
    ):
        opened.address = url
        yield opened
    server.shutdown()


def test_a_company_files_by_its_man_who_hears_of_it_on_his_telephone(
    visit: Visit, site: Site, telephone: Telephone
) -> None:
    """A citizen's number is no tax code; news comes as the man who files wishes: Zalo, then SMS, then letters alone, for he
    wrote STOP, which his page of wishes tells; the admins' log shows the ways and no number."""
    visitor = visit(360)
    page = visitor.page
    visitor.sign_in(CITIZEN)
    wish(visitor, "zalo", "sms", "mail")
    visitor.go("/dai-dien?next=/thu-tuc/2.000815/nop")
    page.check("label:has-text('tổ chức')")
    visitor.fill("name", COMPANY)
    visitor.fill("id_number", "030088001234")
    page.set_input_files("#f-paper", [LETTER])
    visitor.press("Lưu")
    assert "Mã số thuế gồm 10 chữ số" in page.inner_text("#errors")
    visitor.look("company-wrong", 1440)
    visitor.fill("id_number", "0800123456")
    visitor.press("Lưu")
    code = copied(visitor)
    visitor.go("/ho-so")
    assert f"Thay cho {COMPANY}" in page.inner_text(f"main tr:has-text('{code}')")
    visitor.look("company-dossiers", 1440)
    page.click(f"main a:has-text('{code}')")
    assert COMPANY in page.inner_text("section[aria-labelledby=facts]")
    visitor.look("company-dossier", 1440)
    told(site, "zalo")
    wish(visitor, "sms", "mail")
    site.town.session.rollback()
    site.town.pace, site.town.now = timedelta(), site_now(site)
    site.town.complete(code, "tiep_nhan", site.town.person(CLERK), "accept", da_kiem_tra=CHECKED)
    told(site, "sms")
    heard = list(telephone.messages.values())
    assert [one["way"] for one in heard] == ["Zalo", "SMS"]
    assert code in heard[1]["text"]
    assert "Xay dung Thanh Dong" not in heard[1]["text"], "whoever holds the telephone reads no name"
    post(f"{telephone.address}/phone/reply", phone=heard[1]["phone"], text="STOP")
    for _ in range(50):  # the gateway says so when it pleases
        visitor.go("/notices/wishes")
        if silenced := page.locator("text=đã nhắn từ chối nhận tin (STOP)").count():
            break
    assert silenced
    visitor.look("wishes-stop", 1440)
    admin = visit()
    admin.sign_in("admin")
    admin.go("/admin/deliveries")
    log = admin.page.inner_text("main")
    assert all(way in log for way in ("SMS", "Zalo"))
    assert heard[1]["phone"][2:] not in log.replace(" ", "")


def told(site: Site, way: str) -> None:
    """What is to be told is told, by this way."""
    works(site, "notice")
    works(site, way)


def post(url: str, **form: str) -> None:
    with contextlib.suppress(urllib.error.HTTPError):  # it leads to a page that this telephone does not have
        urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()).close()


def wish(visitor: Visitor, *ways: str) -> None:
    """News by these ways alone, at any hour."""
    visitor.go("/notices/wishes")
    for way in ("zalo", "sms", "mail"):
        visitor.page.set_checked(f"#f-{way}", way in ways)
    visitor.fill("quiet_from", "00:00")
    visitor.fill("quiet_to", "00:00")
    visitor.press("Lưu")


def copied(visitor: Visitor) -> str:
    """Certified copies for the company, from the choice of whom it is for to the code."""
    page = visitor.page
    visitor.choose("agency", WARD)
    page.get_by_label(f"Thay cho {COMPANY}").check()
    visitor.press("Tiếp tục")
    certified_copies(visitor)
    visitor.settle()
    visitor.press("Lưu và tiếp tục")
    page.set_input_files("#f-papers-ban-chinh", [LETTER])
    page.wait_for_selector("section[aria-labelledby='c-ban_chinh'] .mc-files")
    visitor.press("Lưu và tiếp tục")
    page.check("#way-counter")
    visitor.press("Nộp hồ sơ")
    return page.inner_text(".mc-code").strip()
