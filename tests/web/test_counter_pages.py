"""The counter's page of one dossier: what is checked when it is received, what changes hands when it goes back."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from store.tables import fee_payment, look_log
from tests.casework.town import BIRTH_ANSWERS, WARD, Town
from tests.documents.work import before_the_leader, public_id
from tests.web.test_dossier_pages import CITIZEN, Visitor, asked, filed, page, town
from tests.web.test_mandates import PDF

__all__ = ["town"]


def test_cash_and_result_change_hands_together_or_not_at_all(town: Town, visitor: Visitor) -> None:
    """The desk's page asks who came, too. What refuses the hand-over leaves the fee due and the receipts without a gap; the page that says who came is in the look
    log."""
    code = before_the_leader(
        town, actor=town.person(CITIZEN), answers={**BIRTH_ANSWERS, "ngay_sinh": "2020-01-05"}
    )
    town.complete(code, "ky", town.officer(WARD, "leader"), "sign")
    town.complete(code, "vao_so", town.officer(WARD, "clerk"))
    desk = town.officer(WARD, "one_stop_officer")
    town.complete(code, "so_hoa_ket_qua", desk)
    clerk, number = visitor(desk.id), public_id(town, code, "tra_ket_qua")
    step, at_desk = f"/quay/viec/{number}", f"/desk/tasks/{number}"
    clerk.post(f"{at_desk}/claim")
    assert "Người đến nhận tại quầy" in page(clerk, at_desk)
    said = {
        "receiver.relation": "authorised",
        "cach_nhan": "tai_quay",
        "nguoi_nhan": "Lê Văn Ba",
        "giay_to_nguoi_nhan": "030090001122",
        "receiver.authority": "Giấy ủy quyền ngày 10/6/2023",
        "receiver.identified": "on",
        "receiver.typed": "Lê Văn Ba",
    }
    stale = clerk.post(step, data={**said, "_paid": "8000", "seen_version": "99"})
    assert stale.status_code == 422
    read = stale.get_data(as_text=True)
    assert "Việc này vừa có người thay đổi." in read
    assert "Giấy ủy quyền ngày 10/6/2023" in read
    assert re.search(r'name="_paid" value="8000" checked', read), "still due, and still to be taken"
    assert town.session.scalars(select(fee_payment.c.receipt)).all() == []
    seen = re.search(r'name="seen_version" value="(\d+)"', read)
    assert seen
    assert clerk.post(step, data={**said, "_paid": "8000", "seen_version": seen[1]}).status_code == 302
    handed = page(clerk, "/quay/tra-ket-qua")
    assert re.search(rf"Đã thu tiền và lập biên lai {WARD}/\d{{4}}/000001\.", handed)
    assert "Lê Văn Ba" in handed
    looked = select(look_log.c.dossiers).where(look_log.c.page == "counter/results")
    assert code in {one for row in town.session.scalars(looked) for one in row}


def test_who_receives_sees_what_was_asked_and_answered(town: Town, visitor: Visitor) -> None:
    """While the applicant is asked, the page says so and names no limit of reception; answered, the counter reads the items
    and the applicant's words before the papers."""
    code, _ = asked(town, "Giấy chứng sinh: thiếu trang 2\n- Ghi rõ quê quán")
    citizen = visitor(CITIZEN)
    waits = page(citizen, f"/ho-so/{code}")
    assert "chờ bổ sung" in waits
    assert "Trạng thái: Mới đăng ký, chờ bổ sung" in waits
    assert "Tiếp nhận chậm nhất" not in waits
    form = {"giai_trinh": "Đã chụp lại trang 2", "_outcome": "done", "item": ["1", "2"]}
    task_id = re.findall(r"/viec/(\d+)", waits)[0]
    given = form | {"papers.giay_chung_sinh": (io.BytesIO(PDF), "trang 2.pdf")}
    assert citizen.post(f"/viec/{task_id}", data=given).status_code == 302
    answered = page(citizen, f"/ho-so/{code}")
    assert "chờ bổ sung" not in answered[: answered.index("</h1>")]
    assert "Tiếp nhận chậm nhất" in answered
    clerk = visitor(town.officer(WARD, "one_stop_officer").id)
    [step] = set(re.findall(r"/quay/viec/\d+", page(clerk, "/quay/")))
    shown = page(clerk, step)
    assert shown.count("bi-check-square") == 2
    assert shown.index("Ghi rõ quê quán") < shown.index("Kiểm tra từng giấy tờ")
    assert shown.index("Đã chụp lại trang 2") < shown.index("Kiểm tra từng giấy tờ")


def test_a_remark_on_a_paper_is_not_lost_by_receiving(town: Town, visitor: Visitor) -> None:
    """Received in spite of a remark: refused, with the remark kept, for it is printed on no slip."""
    code = filed(town)
    clerk = visitor(town.officer(WARD, "one_stop_officer").id)
    [step] = set(re.findall(r"/quay/viec/\d+", page(clerk, "/quay/")))
    given = {"_outcome": "accept", "da_kiem_tra": "du_giay_to", "remark.giay_chung_sinh": "thiếu trang 2"}
    refused = clerk.post(step, data=given)
    assert refused.status_code == 422
    said = refused.get_data(as_text=True)
    assert "còn ghi điều cần bổ sung" in said
    assert "thiếu trang 2" in said
    received = clerk.post(step, data=given | {"remark.giay_chung_sinh": ""})
    assert received.location == f"/quay/ho-so/{code}"
    shown = page(clerk, received.location)
    assert 'href="/quay/nop-ho">Nộp hồ sơ tại quầy' not in shown, "it came online"


def test_names_on_the_counters_english_pages_are_marked(town: Town, visitor: Visitor) -> None:
    """What a screen reader should read as Vietnamese says so."""
    code = filed(town)
    officer = town.officer(WARD, "one_stop_officer")
    clerk = visitor(officer.id)
    [step] = set(re.findall(r"/quay/viec/\d+", page(clerk, "/quay/")))
    assert clerk.post(step, data={"_outcome": "accept", "da_kiem_tra": "du_giay_to"}).status_code == 302
    clerk.get("/language/en")
    for address, name in (
        (f"/quay/ho-so/{code}", "Nguyễn Văn Hưng"),
        ("/quay/chot-ngay", officer.name),
        ("/quay/so-theo-doi", "Khu 3"),
    ):
        main = page(clerk, address).partition("<main")[2]
        assert f'<span lang="vi">{name}' in main, address
