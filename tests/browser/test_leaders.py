"""Who leads or gives out work, in a browser: own figures, work shared out by load, agencies below."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta

from casework.demo import PROCEDURES
from engine.commands import ClaimTask
from engine.declared import Person
from tests.browser.conftest import Site
from tests.browser.test_officer import MARRIAGE
from tests.browser.test_orders import COUNTER, DISTRICT, Visit, claim_row, code, finish, signed_in

__all__ = ["code"]
WARD, OTHER_WARD = "H23.30.05", "H23.31.02"


def received(site: Site, agency: str) -> str:
    """A request for a certificate of marital status that its civil status officer has to appraise."""
    told = tomllib.loads((PROCEDURES / MARRIAGE / "v1/scenarios/khong_co_noi_cu.toml").read_text("utf-8"))
    site.town.session.rollback()
    site.town.now = datetime.now(UTC) - timedelta(hours=1)
    citizen, answers = site.town.person("nguyenvanhung"), told["do"][0]["submit"]["answers"]
    code = site.town.submitted(
        actor=citizen, procedure=MARRIAGE, agency=agency, answers=answers, components=()
    )
    desk = site.town.officer(agency, "one_stop_officer")
    site.town.complete(code, "tiep_nhan", desk, "accept", da_kiem_tra=["du_giay_to"])
    return code


def test_many_are_approved_at_once_and_the_leader_signs_what_is_ticked(visit: Visit, site: Site) -> None:
    """Unclaimed work is claimed and ended in one press, with a result for each; the leader's ticks come along to the tray."""
    codes = [received(site, OTHER_WARD) for _ in range(3)]
    clerk = signed_in(visit, "ht.conghoa")
    clerk.go(f"/desk/queues/{OTHER_WARD}:civil_status_officer")
    for one in codes:
        clerk.page.check(f"tr:has-text('{one}') [name=tasks]")
    clerk.page.select_option("#bulk [name=outcome]", label="Hồ sơ hợp lệ")
    clerk.page.click("#bulk button:has-text('Hoàn thành')")
    asked = clerk.page.inner_text("#bulk-sure")
    assert "Hoàn thành 3 việc với kết quả “Hồ sơ hợp lệ”?" in asked
    assert "Kiểm tra, tra cứu CSDL hộ tịch: 3" in asked
    clerk.look("desk-bulk-sure", 360)
    clerk.page.click("#bulk-sure button:has-text('Hoàn thành')")
    clerk.page.wait_for_selector("#bulk-progress li >> nth=2")
    clerk.look("desk-bulk-approved", 360)
    assert "Được 3 trên 3 việc." in clerk.page.inner_text("#bulk-progress")

    site.town.now = datetime.now(UTC)
    officer = site.town.officer(OTHER_WARD, "civil_status_officer")
    for one in codes:
        site.town.complete(one, "tong_hop", officer, "submit", ket_luan="Chưa đăng ký kết hôn với ai.")
    leader = signed_in(visit, "ld.conghoa")
    leader.go(f"/desk/queues/{OTHER_WARD}:leader")
    assert leader.page.locator("#bulk [name=outcome]").count() == 0, "signing asks for a PIN, in the tray"
    for one in codes[:2]:
        leader.page.check(f"tr:has-text('{one}') [name=tasks]")
    leader.page.click("#bulk button:has-text('Ký, đóng dấu')")
    leader.page.wait_for_url("**/desk/tray?**")
    leader.look("tray-ticked", 360)
    assert leader.page.locator("[name=task]:checked").count() == 2
    assert leader.page.evaluate("document.activeElement.id") == "f-pin"
    leader.page.click(f"tr:has-text('{codes[2]}') [data-tray-open]")
    leader.page.wait_for_selector("img.mc-page")
    assert leader.page.locator("[name=task]:checked").count() == 2, "what is ticked stays so"
    leader.page.keyboard.press("k")
    leader.page.keyboard.press("x")
    assert leader.page.locator("[name=task]:checked").count() == 1, "and the keys go on from where one reads"
    leader.page.keyboard.press("x")

    leader.page.click("summary:has-text('Chuyển người khác ký')")
    leader.press("Chuyển")
    assert "Phải ghi rõ lý do." in leader.page.inner_text(".mc-errors")
    leader.page.fill("#f-why", "Tôi đi họp tỉnh cả ngày.")
    leader.look("tray-pass-on", 360)
    leader.press("Chuyển")
    assert "Đã chuyển 2 văn bản." in leader.page.inner_text(".alert")
    assert leader.page.locator("[name=task]").count() == 1
    deputy = signed_in(visit, "pld.conghoa")
    deputy.go("/desk/tray")
    assert deputy.page.locator("[name=task]").count() == 3
    deputy.page.click(f"tr:has-text('{codes[0]}') a:has-text('{codes[0]}')")
    deputy.look("passed-on", 360)
    assert "Tôi đi họp tỉnh cả ngày." in deputy.page.inner_text(".mc-do")


def test_work_is_shared_out_by_load(visit: Visit, site: Site) -> None:
    """The preview says who has how much before and after; one press moves it, with a result for each."""
    clerk = site.town.person("mc.thachkhoi")
    for number in range(5):
        site.town.now = datetime.now(UTC)
        filed = site.town.submitted(
            agency=WARD, actor=clerk, channel="counter", applicant=Person(f"Ông {number}")
        )
        if number < 4:
            site.town.give(filed, ClaimTask(clerk, 1))
    head = signed_in(visit, "ld.thachkhoi")
    head.go("/desk/agency")
    head.page.click("a:has-text('Chia lại việc theo khối lượng')")
    head.look("share", 360)
    loads = [
        row.split("\t")[1:] for row in head.page.locator("section:has(#loads) tbody tr").all_inner_texts()
    ]
    assert sorted(loads) == [["0", "2"], ["4", "3"]]
    head.page.click("button:has-text('Chuyển các việc đã chọn')")
    head.page.wait_for_selector("#bulk-progress li >> nth=1")
    head.look("shared", 360)
    assert "Được 2 trên 2 việc." in head.page.inner_text("#bulk-progress")
    head.go("/desk/agency/share?agency=" + WARD)
    head.look("share-even")
    assert "Khối lượng đã đều" in head.page.inner_text("main")


def test_a_leader_sees_agencies_below_in_counts(visit: Visit, site: Site, code: str) -> None:
    """Whole branches without names; a dossier of the own agency by its code; the rest only counted."""
    leader = signed_in(visit, "ct.tinh")
    leader.go("/desk/agency")
    leader.page.click("a:has-text('Cơ quan cấp dưới')")
    row = "tr:has-text('Ủy ban nhân dân thành phố Hải Dương')"
    leader.page.wait_for_selector(row)  # counted in the background
    leader.look("below", 360)
    assert int(leader.page.inner_text(f"{row} [data-label='Đang mở']")) >= 1
    leader.page.click(f"{row} a")
    leader.page.wait_for_selector("text=Số liệu lúc")
    leader.look("below-district", 360)
    text = leader.page.inner_text("main")
    assert "chỉ xem được số lượng" in text
    assert code not in text
    assert "Lê Văn Khánh" not in text
    stranger = signed_in(visit, "ld.chilinh")
    stranger.go(f"/desk/agency/below?agency={DISTRICT}")
    assert "403" in stranger.page.inner_text("main")


def test_an_officer_reads_the_own_figures(visit: Visit, code: str) -> None:
    """What was just completed is counted, on time, with its working time."""
    officer = signed_in(visit, "mc2.haiduong")
    claim_row(officer, COUNTER, code)
    finish(officer, "Tiếp nhận")
    officer.go("/desk/")
    officer.page.click("a:has-text('Kết quả của tôi')")
    officer.look("me", 360)
    row = officer.page.inner_text("tbody tr:has-text('Tiếp nhận')").split("\t")
    assert row[1:4] == ["1", "1", "0"]
    assert code in officer.page.inner_text("section:has(#last)")
