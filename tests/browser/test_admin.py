"""An admin checks a bundle, reads the findings, publishes a version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bpmn import bundle
from casework.accepted import Accepted
from casework.demo import PROCEDURES
from engine.actor import Actor
from engine.commands import FailJob, WithdrawDossier
from store import outbox as rows
from store.queries import dossiers
from store.tables import outbox
from tests.browser.conftest import Site, Visitor
from tests.casework.test_migration import carry_out
from tests.casework.test_publish import FILES, publish_it, zipped
from tests.casework.town import BIRTH, WARD

REGISTER = "civil-status.register"
BUNDLE = PROCEDURES / "1.004873" / "v1"


def second_version(change: Callable[[str], str] = str) -> bytes:
    """The shipped bundle as version 2, its diagram changed."""
    files = dict(bundle.read(BUNDLE).files)
    files["procedure.toml"] = files["procedure.toml"].replace(b"version = 1", b"version = 2", 1)
    files["process.bpmn"] = change(files["process.bpmn"].decode()).encode()
    return bundle.pack(files)


def stuck(site: Site) -> str:
    """A birth that the national register has declined for good."""
    town = site.town
    code = town.received()
    expert = town.officer(WARD, "civil_status_officer")
    checked = ["csdl_dan_cu", "giay_to_sinh"]
    town.complete(code, "tham_dinh", expert, "approve", da_doi_chieu=checked)
    asked = select(outbox.c.payload["token"].astext).where(
        outbox.c.topic == REGISTER, outbox.c.dossier_id == dossiers.ids(town.session, code)
    )
    token = town.session.scalar(asked)
    assert token is not None
    partner = Actor(REGISTER, "partner", REGISTER)
    town.give(code, FailJob(partner, token, "duplicate", "Trẻ đã được đăng ký."))
    return code


def upload(admin: Visitor, content: bytes, button: str) -> None:
    admin.go("/admin/procedures")
    admin.page.set_input_files(
        "#f-bundle", [{"name": "goi.zip", "mimeType": "application/zip", "buffer": content}]
    )
    admin.page.fill("#f-decision", "1234/QĐ-UBND")
    admin.press(button)


def test_an_admin_publishes_only_what_passes_the_gate(visit: Callable[..., Visitor], site: Site) -> None:
    """A broken bundle is refused with its findings beside the picture; the mended one is published and listed."""
    admin = visit()
    admin.type_password("admin")
    admin.look("admin-procedures", 360)
    broken = second_version(lambda diagram: diagram.replace('kind" value="consult"', 'kind" value="doan"'))
    upload(admin, broken, "Kiểm tra và công bố")
    assert "Gói bị từ chối" in admin.page.inner_text("main")
    assert "hoi_xac_minh" in admin.page.inner_text("section:has(#findings)")
    admin.look("admin-refused", 360)
    upload(admin, b"PK nothing", "Chỉ kiểm tra")
    admin.look("admin-unreadable")
    upload(admin, second_version(), "Kiểm tra và công bố")
    assert "Đã công bố 1.004873 phiên bản 2." in admin.page.inner_text(".alert")
    admin.look("admin-published")
    admin.go("/admin/procedures/1.004873/2")
    assert "one_stop_officer" not in admin.page.inner_text("main"), "roles stand in words"
    admin.look("admin-version", 360)
    for topic in ("notice", "sign.batch"):
        job = rows.put(site.town.session, topic, {}, now=site.town.now)
        rows.settle(site.town.session, job, site.town.now, {"given_up": "connection refused"})
    site.town.session.commit()
    code = stuck(site)
    admin.go("/admin/incidents")
    admin.look("admin-incidents", 360)
    assert "Trẻ đã được đăng ký" in admin.page.inner_text("section:has(#stuck)")
    admin.page.fill("section:has(#stuck) input[name=reason]", "Đã đối chiếu với Bộ Tư pháp.")
    admin.press("Chạy tiếp")
    assert f"Hồ sơ {code} đã chạy tiếp." in admin.page.inner_text(".alert")
    admin.page.fill("tr:has-text('Ký văn bản') input[name=note]", "Lãnh đạo đã ký lại.")
    admin.page.click("tr:has-text('Ký văn bản') button:has-text('Đã xong')")
    admin.page.click("tr:has-text('Thông báo trên trang') button:has-text('Thử lại ngay')")
    assert not admin.page.query_selector("#halted")
    assert "Lãnh đạo đã ký lại." in admin.page.inner_text("section:has(#notes)")
    admin.look("admin-incidents-settled", 360)
    withdrawn = site.town.give(code, WithdrawDossier(site.town.applicant(), "Đã đăng ký nơi khác."))
    assert isinstance(withdrawn, Accepted)  # the next test counts what runs


def test_running_dossiers_are_carried_over_to_a_new_version(
    visit: Callable[..., Visitor], site: Site
) -> None:
    """Tried out first, each that stays with its reason; then ordered with grounds, followed until done, told in the course."""
    town = site.town
    town.now = datetime.now(UTC) - timedelta(hours=1)
    fresh, waiting = town.submitted(), town.received()
    drawn = FILES["process.bpmn"].replace(
        b'name="role" value="civil_status_officer"', b'name="role" value="clerk"'
    )
    publish_it(town, zipped(**{"process.bpmn": drawn}), code=BIRTH)
    admin = visit()
    admin.sign_in("admin")
    admin.go(f"/admin/procedures/{BIRTH}/1")
    admin.page.click("a:has-text('Chuyển hồ sơ đang chạy sang phiên bản khác')")
    admin.look("admin-migration", 360)
    told = admin.page.inner_text("section:has(#tried)")
    assert "1 hồ sơ chuyển được, 1 hồ sơ chưa chuyển được." in told
    assert waiting in told
    assert fresh not in told
    admin.page.fill("#f-reason", "Quyết định 1868/QĐ-UBND.")
    admin.press("Chuyển 1 hồ sơ chuyển được")
    admin.page.wait_for_selector("text=Đang chuyển: 0/2 hồ sơ.")
    admin.look("admin-migrating", 360)
    town.now = datetime.now(UTC)
    carry_out(town)
    admin.page.wait_for_selector("text=Đã làm xong 2 hồ sơ.")
    admin.page.click("a:has-text('Xem hồ sơ nào còn lại và vì sao')")
    told = admin.page.inner_text("section:has(#tried)")
    assert "0 hồ sơ chuyển được, 1 hồ sơ chưa chuyển được." in told
    clerk = visit()
    clerk.sign_in("mc.thachkhoi")
    clerk.go(f"/desk/dossiers/{fresh}")
    told = clerk.page.inner_text(".mc-timeline")
    assert "Chuyển sang phiên bản 2 của quy trình" in told
    assert "Quyết định 1868/QĐ-UBND." in told
