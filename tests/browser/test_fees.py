"""A result whose fee is unpaid stays at the counter until the money is taken, or an exemption is on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.browser.conftest import Site, Visitor
from tests.casework.town import BIRTH_ANSWERS, WARD
from tests.documents.work import before_the_leader, public_id

Visit = Callable[..., Visitor]
CLERK = "mc.thachkhoi"


def ready(site: Site) -> tuple[str, int]:
    """A birth registered late, signed and numbered: 8.000 đồng are due. Its code and the step that returns it."""
    town = site.town
    town.session.rollback()
    town.now = datetime.now(UTC) - timedelta(hours=2)
    late = {**BIRTH_ANSWERS, "ngay_sinh": "2020-01-05"}
    code = before_the_leader(town, actor=town.person("nguyenvanhung"), answers=late)
    town.complete(code, "ky", town.officer(WARD, "leader"), "sign")
    town.complete(code, "vao_so", town.officer(WARD, "clerk"))
    town.complete(code, "so_hoa_ket_qua", town.officer(WARD, "one_stop_officer"))
    return code, public_id(town, code, "tra_ket_qua")


def test_the_counter_takes_the_fee_or_exempts_it_before_it_hands_over(visit: Visit, site: Site) -> None:
    """Handing over is refused with the amount; the money is taken on the same page. Another is exempted, with its ground."""
    code, task = ready(site)
    clerk = visit()
    clerk.sign_in(CLERK)
    clerk.go(f"/quay/viec/{task}")
    clerk.look("counter-fee", 360)
    clerk.page.check("#f-receiver-identified")
    clerk.fill("receiver.signature", "Nguyễn Văn Hưng")
    clerk.page.click("main button[name=_outcome]")
    clerk.settle()
    assert "Hồ sơ còn phải nộp 8.000 đồng" in clerk.page.inner_text("main")
    clerk.look("counter-fee-refused", 360)
    clerk.press("Đã thu tiền mặt")
    assert clerk.page.url.endswith(f"/quay/viec/{task}#fees")
    assert clerk.page.locator("button:has-text('Đã thu tiền mặt')").count() == 0
    clerk.page.check("#f-receiver-identified")
    clerk.fill("receiver.signature", "Nguyễn Văn Hưng")
    clerk.page.click("main button[name=_outcome]")
    clerk.settle()
    assert f"Đã trả kết quả hồ sơ {code}" in clerk.page.inner_text("body")

    code, task = ready(site)
    clerk.go(f"/quay/viec/{task}")
    clerk.page.click("summary:has-text('Miễn thu')")
    clerk.page.fill("main input[name=reason]", "Hộ nghèo, giấy chứng nhận số 12 ngày 05/01/2026")
    clerk.press("Ghi nhận miễn 8.000 đồng")
    clerk.go(f"/desk/dossiers/{code}")
    assert "được miễn" in clerk.page.inner_text(".mc-bill")
    clerk.look("fee-exempted", 360)
    clerk.page.click("summary:has-text('Hủy miễn thu')")
    clerk.page.fill(".mc-panel input[id^=f-charge]", "Giấy chứng nhận của người khác")
    clerk.press("Hủy ghi nhận miễn")
    assert "8.000" in clerk.page.inner_text(".mc-bill")
