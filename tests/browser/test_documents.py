"""From the draft to the checked document: an officer writes, the leader signs in the tray, the clerk numbers and seals,
the applicant takes the file, and anybody checks it."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

from casework.demo import PROCEDURES
from engine.commands import PayFees
from national.adapters.soft_token import SoftToken
from national.demo_ca import PIN
from national.ports import Signing
from national.simulators.time_stamp import Direct, Stamps
from store.queries import dossiers
from store.tables import result
from tests.browser.conftest import Site, Visitor
from tests.casework.town import WARD
from tests.documents.test_signature_pictures import drawn, png
from tests.documents.work import carry_out, public_id

Visit = Callable[..., Visitor]
MARRIAGE = "1.004873"


def to_be_drafted(site: Site) -> str:
    """A confirmation of marital status that waits for its draft."""
    town = site.town
    town.session.rollback()
    town.now = datetime.now(UTC) - timedelta(hours=1)
    told = tomllib.loads((PROCEDURES / MARRIAGE / "v1/scenarios/khong_co_noi_cu.toml").read_text("utf-8"))
    code = town.submitted(
        actor=town.person("nguyenvanhung"),
        procedure=MARRIAGE,
        agency=WARD,
        answers=told["do"][0]["submit"]["answers"],
        components=(),
    )
    desk, officer = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "civil_status_officer")
    town.complete(code, "tiep_nhan", desk, "accept", da_kiem_tra=["du_giay_to"])
    town.complete(code, "tham_dinh", officer, "approve", tra_cuu_duoc=False)
    return code


def sign(site: Site) -> None:
    """What the worker does."""
    folder = site.app.config["SETTINGS"].demo_keys
    desk = Signing(
        SoftToken(folder), Direct(Stamps(folder)), site.url, site.app.config["SETTINGS"].secret_key, "Bản thử"
    )
    site.town.now = datetime.now(UTC) + timedelta(seconds=5)
    worker = threading.Thread(
        target=carry_out, args=(site.town, desk)
    )  # Playwright has an event loop in this one
    worker.start()
    worker.join()


def test_drafted_signed_sealed_handed_over_and_checked(visit: Visit, site: Site) -> None:
    """The whole way, page by page; a changed file is found out."""
    code = to_be_drafted(site)
    officer = visit()
    officer.sign_in("ht.thachkhoi")
    task = public_id(site.town, code, "tong_hop")
    site.town.session.rollback()
    officer.go(f"/desk/tasks/{task}")
    officer.press("Nhận việc")
    officer.page.click("main a:has-text('Soạn:')")
    officer.look("document", 360)
    officer.fill("ghi_chu", "Giấy này cấp **một lần**.\n\n- để đăng ký kết hôn")
    officer.press("Lưu bản mới")
    officer.fill("ghi_chu", "Giấy này cấp **hai lần**.\n\n- để đăng ký kết hôn")
    officer.press("Lưu bản mới")
    officer.page.click("a:has-text('so với bản trước')")
    assert "**hai" in officer.page.inner_text(".mc-compare ins")
    officer.look("document-compared", 360)
    officer.fill("remark", "Đã đối chiếu sổ.")
    officer.press("Ghi góp ý")
    officer.page.locator("img.mc-page").evaluate("image => image.decode()")
    assert officer.page.locator("img.mc-page").count() == 1
    officer.fill("ghi_chu", "Dòng ghi chú dài.\n\n" * 60)
    officer.press("Lưu bản mới")
    second = officer.page.locator("img.mc-page[alt^='Trang 2 trên']")
    second.scroll_into_view_if_needed()
    second.evaluate("image => image.decode()")
    officer.look("document-page-2", 360)
    officer.fill("ghi_chu", "Giấy này cấp **hai lần**.\n\n- để đăng ký kết hôn")
    officer.press("Lưu bản mới")
    officer.page.click("main a:has-text('Về việc đang xử lý')")
    officer.fill("ket_luan", "Chưa đăng ký kết hôn với ai.")
    officer.press("Trình ký")

    leader = visit()
    leader.sign_in("ld.thachkhoi")
    leader.go("/desk/tray/signature")
    leader.page.set_input_files(
        "#f-picture", [{"name": "chu-ky.png", "mimeType": "image/png", "buffer": png(drawn())}]
    )
    leader.press("Lưu ảnh")
    leader.page.locator("img[alt='Chữ ký của bạn']").evaluate("image => image.decode()")
    leader.look("signature-picture", 360)
    leader.go("/desk/tray")
    leader.page.click(f"tr:has-text('{code}') [data-tray-open]")
    leader.page.locator("img.mc-page").evaluate("image => image.decode()")
    leader.look("tray", 360)
    leader.page.keyboard.press("j")
    leader.page.check(f"tr:has-text('{code}') input")
    leader.press("Ký số")
    assert "Chưa nhập mã PIN" in leader.page.inner_text("main")
    leader.page.check(f"tr:has-text('{code}') input")
    leader.fill("pin", PIN)
    leader.page.click("main button:has-text('Ký số')")
    leader.page.wait_for_selector("text=Đang ký")
    sign(site)
    leader.page.wait_for_selector("text=Đã ký 1/1 văn bản")
    leader.look("tray-batch", 360)

    clerk = visit()
    clerk.sign_in("vt.thachkhoi")
    clerk.go("/desk/tray")
    clerk.page.check(f"tr:has-text('{code}') input")
    clerk.fill("pin", PIN)
    clerk.page.click("main button:has-text('Ký số')")
    clerk.page.wait_for_selector("text=Đang ký")
    sign(site)
    clerk.page.wait_for_selector("text=đã vào sổ, đóng dấu")
    clerk.go("/desk/results")
    assert "1/UBND-XNTTHN" in clerk.page.inner_text(f"tr:has-text('{code}')")
    clerk.look("results", 360)

    town, desk = site.town, site.town.officer(WARD, "one_stop_officer")
    town.complete(code, "so_hoa_ket_qua", desk, so_trang=1, da_doi_chieu=True)
    town.give(code, PayFees(desk, "TT1", 10_000, "cash", "R/1"))
    town.complete(code, "tra_ket_qua", desk, cach_nhan="truc_tuyen")
    citizen = visit()
    citizen.sign_in("nguyenvanhung")
    citizen.go(f"/ho-so/{code}")
    citizen.page.wait_for_selector("text=Chữ ký số hợp lệ, tệp chưa bị thay đổi.", timeout=60_000)
    assert "Con dấu cơ quan" in citizen.page.inner_text("section[aria-labelledby=results]")
    citizen.look("result", 360)
    file = citizen.page.request.get(
        citizen.url + str(citizen.page.get_attribute("a:has-text('Tải kết quả')", "href"))
    )
    pdf = file.body()
    check = str(citizen.page.get_attribute("main a:has-text('Trang kiểm tra văn bản')", "href"))

    stranger = visit()
    stranger.go("/tra-cuu")
    stranger.fill("code", code)
    stranger.fill("secret", str(dossiers.secret_of(town.session, town.person("nguyenvanhung"), code)))
    stranger.press("Tra cứu")
    stranger.page.wait_for_selector("text=Chữ ký số hợp lệ, tệp chưa bị thay đổi.", timeout=60_000)
    assert "Tải kết quả" not in stranger.page.inner_text("main")
    stranger.look("tracked-result", 360)
    stranger.go(check)
    assert "Văn bản còn hiệu lực" in stranger.page.inner_text("main")
    assert "LÊ VĂN KHÁNH" not in stranger.page.content()
    stranger.look("check", 360)
    upload(stranger, pdf)
    assert "Chữ ký số hợp lệ, tệp chưa bị thay đổi." in stranger.page.inner_text("main")
    assert "Phạm Đức Thắng, Chủ tịch" in stranger.page.inner_text("main")
    stranger.look("check-file", 360)
    forged = bytearray(pdf)
    forged[pdf.index(b"stream", 2000) + 60] ^= 1
    upload(stranger, bytes(forged))
    assert "Tệp đã bị thay đổi sau khi ký." in stranger.page.inner_text("main")

    citizen.go("/giay-to")
    assert code in citizen.page.inner_text("main tr:has-text('Xác nhận tình trạng hôn nhân') >> nth=0")
    town.session.execute(update(result).values(valid_to=date(2026, 1, 31)))
    town.session.commit()
    stranger.go(check)
    assert "hết hiệu lực" in stranger.page.inner_text("main")
    stranger.look("check-expired", 360)
    leader.go("/desk/results")
    leader.page.click(f"tr:has-text('{code}') summary")
    leader.page.fill(f"tr:has-text('{code}') textarea", "Cấp sai nội dung")
    leader.press("Thu hồi văn bản")
    stranger.go(check)
    assert "Văn bản đã bị thu hồi" in stranger.page.inner_text("main")


def upload(visitor: Visitor, pdf: bytes) -> None:
    visitor.page.set_input_files(
        "#f-file", [{"name": "kq.pdf", "mimeType": "application/pdf", "buffer": pdf}]
    )
    visitor.press("Kiểm tra tệp")
