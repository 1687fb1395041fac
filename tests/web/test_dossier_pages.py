"""The applicant's and the officer's page of one dossier: what they write to each other, what was asked and ticked, money."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from casework import leavers
from casework.demo import PROCEDURES
from casework.gate import Accepted
from engine.commands import ClaimTask, CompleteTask, ReleaseTask
from engine.declared import ComponentGiven
from store.queries import dossiers
from store.tables import account, payment_session
from tests.casework.town import BIRTH_ANSWERS, WARD, Town
from tests.documents.work import public_id
from tests.web.test_mandates import PDF

CITIZEN, CLERK = "nguyenvanhung", "mc.thachkhoi"
Visitor = Callable[[str], FlaskClient]


@pytest.fixture
def town(town_url: str):
    from store.db import make_engine, sessions

    engine = make_engine(town_url)
    opened = Town(sessions(engine))
    opened.now = datetime.now().astimezone()
    yield opened
    opened.session.close()
    engine.dispose()


def filed(town: Town, **changed: object) -> str:
    return town.submitted(actor=town.person(CITIZEN), **changed)


def asked(town: Town, request: str) -> tuple[str, int]:
    """A dossier whose reception asks for more; its code and the applicant's task."""
    code = filed(town)
    clerk, number = town.officer(WARD, "one_stop_officer"), town.task_no(code, "tiep_nhan")
    town.give(code, ClaimTask(clerk, number))
    done = town.give(code, CompleteTask(clerk, number, "supplement", {"noi_dung": request}))
    assert isinstance(done, Accepted), done
    return code, town.task_no(code, "bo_sung_truoc")


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_applicant_and_officer_write_to_each_other(town: Town, visitor: Visitor) -> None:
    """New for the other side until read; the applicant reads the agency's name, not the officer's; strangers nothing."""
    code = filed(town)
    citizen, clerk = visitor(CITIZEN), visitor(town.officer(WARD, "one_stop_officer").id)
    said = {"text": "Khi nào có kết quả ạ?", "files": (io.BytesIO(PDF), "giấy.pdf")}
    assert citizen.post(f"/ho-so/{code}/trao-doi", data=said).status_code == 302
    read = page(clerk, f"/desk/dossiers/{code}")
    assert "Khi nào có kết quả ạ?" in read
    assert "1 mới" in read
    assert "1 mới" not in page(clerk, f"/desk/dossiers/{code}")
    [file] = re.findall(r"/desk/attachments/[0-9a-f-]{36}", read[read.index("mc-thread") :])
    assert clerk.get(file).status_code == 200
    clerk.post(f"/desk/dossiers/{code}/conversation", data={"text": "Chiều mai ạ."})
    assert "1 tin mới" in page(citizen, "/ho-so")
    answer = page(citizen, f"/ho-so/{code}")
    assert "Chiều mai ạ." in answer
    assert town.officer(WARD, "one_stop_officer").name not in answer
    assert "tin mới" not in page(citizen, "/ho-so")
    stranger = visitor(town.officer("H23.30.06", "one_stop_officer").id)
    refused = stranger.post(f"/desk/dossiers/{code}/conversation", data={"text": "?"})
    assert refused.status_code == 404
    assert citizen.post(f"/ho-so/{code}/trao-doi", data={"text": " "}).status_code == 422


def test_every_item_of_a_request_is_ticked_before_it_is_sent(town: Town, visitor: Visitor) -> None:
    """One item a line; a new file of the paper it names ticks it; the officer sees what was marked."""
    code, _ = asked(town, "Giấy chứng sinh: thiếu trang 2\n- Ghi rõ quê quán")
    assert "Chờ bạn thực hiện" in page(visitor(CITIZEN), "/ho-so")
    task_id = re.findall(r"/viec/(\d+)", page(visitor(CITIZEN), f"/ho-so/{code}"))[0]
    citizen = visitor(CITIZEN)
    shown = page(citizen, f"/viec/{task_id}")
    assert "yêu cầu bổ sung 2 mục" in shown
    form = {"giai_trinh": "Đã bổ sung", "_outcome": "done", "item": "1"}
    refused = citizen.post(f"/viec/{task_id}", data=form)
    assert refused.status_code == 422
    assert "Mục 2 chưa được đánh dấu" in refused.get_data(as_text=True)
    assert "checked" in re.findall(r'<input[^>]*id="f-item-1"[^>]*>', refused.get_data(as_text=True))[0]
    form |= {"item": "2", "papers.giay_chung_sinh": (io.BytesIO(PDF), "trang 2.pdf")}
    sent = citizen.post(f"/viec/{task_id}", data=form)
    said = sent.get_data(as_text=True)
    assert sent.status_code == 302, said[said.find("mc-errors") :][:1500]
    officers = page(visitor(town.officer(WARD, "one_stop_officer").id), f"/desk/dossiers/{code}")
    assert officers.count("bi-check-square") == 2
    assert "Chờ bạn thực hiện" not in page(visitor(CITIZEN), "/ho-so")


def test_the_bill_is_paid_at_the_counter_and_shown_to_both(town: Town, visitor: Visitor) -> None:
    """Due with its rule; taken in cash; a receipt; nothing due any more."""
    code = filed(town, answers={**BIRTH_ANSWERS, "ngay_sinh": "2023-01-01"})
    citizen, clerk = visitor(CITIZEN), visitor(town.officer(WARD, "one_stop_officer").id)
    assert "Quá 60 ngày: 8.000 đồng" in page(citizen, f"/ho-so/{code}")
    [task] = re.findall(r"/desk/tasks/\d+", page(clerk, f"/desk/dossiers/{code}"))
    assert "Thu tại quầy 8.000 đồng" in page(clerk, task), "the task says what its dossier owes"
    unpayable = citizen.post(f"/ho-so/{code}/thanh-toan")
    assert unpayable.status_code == 503  # no gateway is configured here
    wrong = clerk.post(f"/desk/dossiers/{code}/payments", data={"amount_vnd": "9000", "method": "cash"})
    assert wrong.status_code == 422
    paid = clerk.post(
        f"/desk/dossiers/{code}/payments", data={"amount_vnd": "8000", "method": "cash", "back": task}
    )
    assert paid.location == f"{task}#fees"
    shown = page(citizen, f"/ho-so/{code}")
    assert "Đã nộp" in shown
    reference = re.findall(rf"/ho-so/{code}/bien-lai/(\w+)", shown)[0]
    receipt = citizen.get(f"/ho-so/{code}/bien-lai/{reference}")
    assert receipt.status_code in (200, 503)  # 503: the fonts of the page assets are not built
    refund = clerk.post(f"/desk/dossiers/{code}/payments/{reference}/refund", data={"reason": "thu nhầm"})
    assert refund.status_code == 302
    assert "Đã hoàn trả" in page(citizen, f"/ho-so/{code}")
    assert citizen.get("/thanh-toan/TT000000ABCDEF").status_code == 404


def test_a_payment_that_failed_is_made_again_for_what_is_due_now(town: Town, visitor: Visitor) -> None:
    """Not for what was asked then; what was paid meanwhile at the counter is asked for no more."""
    code = filed(town, answers={**BIRTH_ANSWERS, "ngay_sinh": "2023-01-01"})
    failed = {"reference": "TT1", "dossier_id": 1, "amount_vnd": 12000, "state": "failed", "code": "51"}
    at = {"created_at": town.now, "expires_at": town.now, "settled_at": town.now}
    town.session.execute(insert(payment_session).values(**failed, **at))
    town.session.commit()
    assert "Nộp lại 8.000 đồng" in page(visitor(""), "/thanh-toan/TT1")
    clerk = visitor(town.officer(WARD, "one_stop_officer").id)
    clerk.post(f"/desk/dossiers/{code}/payments", data={"amount_vnd": "8000", "method": "cash"})
    shown = page(visitor(""), "/thanh-toan/TT1")
    assert "Chưa nộp được" in shown
    assert "Nộp lại" not in shown


def test_the_course_says_why_work_went_back_to_the_queue(town: Town, visitor: Visitor) -> None:
    """By its holder's own wish, or since who held it has left the post."""
    code, clerk = filed(town), town.officer(WARD, "one_stop_officer")
    address, reader = f"/desk/dossiers/{code}", visitor(town.officer(WARD, "leader").id)
    number = town.task_no(code, "tiep_nhan")
    for order in (ClaimTask(clerk, number), ReleaseTask(clerk, number), ClaimTask(clerk, number)):
        assert isinstance(town.give(code, order), Accepted)
    why = "người giữ việc đã thôi nhiệm vụ"
    assert why not in page(reader, address)
    town.session.execute(update(account).where(account.c.username == clerk.id).values(active=False))
    town.session.commit()
    assert leavers.give_back(town.session, town.now) == 1
    assert page(reader, address).count(why) == 1


def test_a_dossier_that_was_not_received_promises_and_asks_for_nothing(town: Town, visitor: Visitor) -> None:
    code = filed(town, answers={**BIRTH_ANSWERS, "ngay_sinh": "2023-01-01"})
    assert "có sau khi tiếp nhận" in page(visitor(CITIZEN), f"/ho-so/{code}")
    clerk, number = town.officer(WARD, "one_stop_officer"), town.task_no(code, "tiep_nhan")
    town.give(code, ClaimTask(clerk, number))
    done = town.give(
        code, CompleteTask(clerk, number, "refuse", {"noi_dung": "Trẻ đã được đăng ký nơi khác."})
    )
    assert isinstance(done, Accepted), done
    for address in (f"/ho-so/{code}", f"/ho-so/{code}/da-nop", "/ho-so"):
        shown = page(visitor(CITIZEN), address)
        assert "có sau khi tiếp nhận" not in shown
        assert "Nộp trực tuyến" not in shown
    shown = page(visitor(CITIZEN), f"/ho-so/{code}")
    assert "không phải nộp nữa" in shown
    assert "Trẻ đã được đăng ký nơi khác." in shown, "why it was refused"
    assert "nghi giả mạo" not in shown, "colleagues wrote that to each other"
    why = page(visitor(CITIZEN), f"/ho-so/{code}/thoi-han")
    assert "không được tiếp nhận nên không có hạn trả" in why
    assert "Trong ngày" in why


def test_who_tracks_by_code_and_secret_reads_why_this_date(town: Town, visitor: Visitor) -> None:
    """Interval by interval, without signing in and without a name."""
    from store.queries import dossiers

    code = filed(town)
    clerk = town.officer(WARD, "one_stop_officer")
    checked = ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
    town.complete(code, "tiep_nhan", clerk, "accept", da_kiem_tra=checked)
    secret = dossiers.secret_of(town.session, town.person(CITIZEN), code)
    answer = visitor("").post("/tra-cuu", data={"code": code, "secret": secret})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Vì sao hẹn ngày này" in shown
    assert "Từng khoảng thời gian" in shown
    assert town.person(CITIZEN).name not in shown


def test_what_was_filed_is_read_again_and_printed(town: Town, visitor: Visitor) -> None:
    """The declaration and the slips made out to the applicant, for the applicant alone; not what agencies keep for
    themselves."""
    code, _ = asked(town, "Giấy chứng sinh: thiếu trang 2")
    citizen, other = visitor(CITIZEN), visitor("tranthuha")
    shown = page(citizen, f"/ho-so/{code}")
    assert str(BIRTH_ANSWERS["ho_ten"]) in shown
    assert "Phiếu yêu cầu bổ sung" in shown
    assert "Lập Phiếu yêu cầu bổ sung" in shown
    for address in (f"/ho-so/{code}/to-khai", f"/ho-so/{code}/phieu/02"):
        assert citizen.get(address).data.startswith(b"%PDF")
        assert other.get(address).status_code == 404
    assert citizen.get(f"/ho-so/{code}/phieu/05").status_code == 404
    officer = page(visitor(town.officer(WARD, "one_stop_officer").id), f"/ho-so/{code}")
    assert "/to-khai" not in officer


def test_where_no_work_waits_none_is_shared_out(visitor: Visitor) -> None:
    """The page says so, and does not claim that nobody holds the positions."""
    shown = page(visitor("ld.thachkhoi"), "/desk/agency/share")
    assert "Cơ quan không còn việc nào đang chờ." in shown
    assert "Không ai giữ vị trí này." not in shown


def permit_received(town: Town, *, days: int) -> str:
    """A building permit asked for and received so many days ago."""
    told = tomllib.loads((PROCEDURES / "1.009994/v1/scenarios/bo_sung.toml").read_text("utf-8"))
    filing = told["do"][0]["submit"]
    town.now = datetime.now().astimezone() - timedelta(days=days)
    code = town.submitted(
        actor=town.person(CITIZEN),
        procedure="1.009994",
        agency="H23.30",
        answers=filing["answers"],
        components=tuple(ComponentGiven(code, originals=n) for code, n in filing["components"].items()),
    )
    town.complete(code, "tiep_nhan", town.officer("H23.30", "one_stop_officer"), "accept")
    return code


def test_no_date_counts_down_while_the_applicant_is_asked(town: Town, visitor: Visitor) -> None:
    """Once received, the clock rests from the request to the answer: applicant, officer and whoever tracks read so, and
    after the old date nobody calls the dossier overdue."""
    code = permit_received(town, days=25)
    town.complete(code, "phan_cong", town.officer("H23.30.61", "division_head"))
    officer = town.officer("H23.30.61", "construction_officer")
    town.complete(code, "tham_dinh", officer, "supplement", ket_qua="Thiếu bản vẽ móng")
    for who, address in (
        (CITIZEN, f"/ho-so/{code}"),
        (CITIZEN, "/ho-so"),
        (officer.id, f"/desk/dossiers?q={code}"),
    ):
        shown = page(visitor(who), address)
        assert "đang tạm dừng tính từ" in shown, address
        assert "quá hạn" not in shown, address
    assert not dossiers.one(town.session, officer, code, now=datetime.now().astimezone())["overdue"]


def test_a_head_chooses_who_gets_the_next_step_with_the_step_itself(town: Town, visitor: Visitor) -> None:
    """Officers with the least in hand first; whom nobody chose for, any of them claims; a stranger is refused, and said so."""
    code = permit_received(town, days=0)
    head, officer = visitor("tp.qldt.haiduong"), "cv2.qldt.haiduong"
    address = f"/desk/tasks/{public_id(town, code, 'phan_cong')}"
    assert head.post(f"{address}/claim").status_code == 302
    shown = page(head, address)
    assert "Giao bước “Thẩm định, kiểm tra thực địa” cho" in shown
    assert set(re.findall(r'<option value="(cv[^"]+)"', shown)) == {"cv.qldt.haiduong", officer}
    assert head.post(f"{address}/complete", data={"_outcome": "", "_to": officer}).status_code == 302
    assert "Đã giao việc cho Đặng Quỳnh Chi." in page(head, "/desk/")
    town.session.rollback()
    assert "Trả việc lại hàng đợi" in page(
        visitor(officer), f"/desk/tasks/{public_id(town, code, 'tham_dinh')}"
    )
    other = permit_received(town, days=0)
    address = f"/desk/tasks/{public_id(town, other, 'phan_cong')}"
    head.post(f"{address}/claim")
    head.post(f"{address}/complete", data={"_outcome": "", "_to": "mc.thachkhoi"})
    assert "Đã giao việc cho" not in page(head, "/desk/")
    town.session.rollback()
    assert "Chưa ai nhận việc này" in page(
        visitor(officer), f"/desk/tasks/{public_id(town, other, 'tham_dinh')}"
    )


def test_what_waits_for_another_system_waits_for_nobody(town: Town, visitor: Visitor) -> None:
    """Appraised, and the civil-status system is asked: no page says that the applicant is waited for, or that nothing is."""
    code = town.received(actor=town.person(CITIZEN))
    officer = town.officer(WARD, "civil_status_officer")
    town.complete(code, "tham_dinh", officer, "approve")
    for client, address in ((visitor(CITIZEN), "/ho-so/"), (visitor(officer.id), "/desk/dossiers/")):
        told = page(client, address + code)
        assert "đang chờ hệ thống khác" in told
        assert "Đang chờ người nộp" not in told
        assert "Không còn việc nào đang chờ" not in told
    waits, _number = asked(town, "Thiếu giấy chứng sinh.")
    assert "Đang chờ người nộp" in page(visitor(CITIZEN), f"/ho-so/{waits}")


def test_an_officer_is_not_led_to_mandates(visitor: Visitor) -> None:
    """The page of mandates is the applicants'."""
    address = "/thu-tuc/1.001193/nop"
    assert "/dai-dien" in page(visitor(CITIZEN), address)
    assert "/dai-dien" not in page(visitor("mc.thachkhoi"), address)


def test_who_sees_the_course_alone_is_offered_no_paper_to_print(town: Town, visitor: Visitor) -> None:
    """An officer who has passed the dossier on reads which papers there are, without links that are refused."""
    code = permit_received(town, days=0)
    officer = town.officer("H23.30.61", "construction_officer")
    town.complete(code, "phan_cong", town.officer("H23.30.61", "division_head"))
    here = page(visitor(officer.id), f"/desk/dossiers/{code}")
    assert f"/desk/dossiers/{code}/papers/01" in here
    town.complete(code, "tham_dinh", officer, "approve")
    gone = page(visitor(officer.id), f"/desk/dossiers/{code}")
    assert "Hồ sơ đang không ở cơ quan bạn" in gone
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in gone
    assert f"/desk/dossiers/{code}/papers/01" not in gone
