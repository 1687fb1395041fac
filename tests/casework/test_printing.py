"""What is printed of a dossier comes from its record: papers for officers, the result for both sides when it is due."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from casework import papers, printing
from casework.gate import Accepted
from engine.actor import Actor
from engine.commands import Apologise, FinishJob
from engine.rejection import Rejected
from store.queries import dossiers
from tests.casework.town import WARD, Town

pytestmark = pytest.mark.skipif(
    not any(papers.FONTS.glob("*.ttf")), reason="the page assets are not built: no Tinos fonts"
)
RESULT = "giay_khai_sinh"


def test_a_result_prints_once_signed_and_reaches_the_applicant_once_returned(
    town: Town, tmp_path: Path
) -> None:
    """The birth certificate shows the declaration, the civil-status number, the signer and the clerk's number."""
    code = town.received()
    officer, leader = town.officer(WARD, "civil_status_officer"), town.officer(WARD, "leader")
    desk = town.officer(WARD, "one_stop_officer")
    appraised = town.complete(code, "tham_dinh", officer, "approve")
    assert code_of(printed(town, desk, code)) == "result_not_ready"
    number = {"registration_number": "58/2023", "registered_on": "2023-06-15", "personal_id": "030323004567"}
    (token,) = appraised.state.jobs
    partner = Actor("civil-status.register", "partner", "Hộ tịch")
    assert isinstance(town.give(code, FinishJob(partner, token, number)), Accepted)
    town.complete(code, "ky", leader, "sign")
    town.complete(code, "vao_so", town.officer(WARD, "clerk"))

    words = words_of(printed(town, desk, code), tmp_path)
    for said in ("GIẤY KHAI SINH", "NGUYỄN MINH ANH", "030323004567", "58/2023", officer.name, leader.name):
        assert said in words
    assert code_of(printed(town, town.applicant(), code)) == "result_not_ready"

    town.complete(code, "so_hoa_ket_qua", desk)
    town.complete(code, "tra_ket_qua", desk)
    assert isinstance(printed(town, town.applicant(), code), bytes)


def test_the_receipt_names_place_agency_and_due_date(town: Town, tmp_path: Path) -> None:
    """Mẫu 01 of a dossier received in the morning."""
    code = town.received()
    desk = town.officer(WARD, "one_stop_officer")
    row = dossiers.one(town.session, desk, code, now=town.now)
    assert not isinstance(row, Rejected)
    words = words_of(
        printing.of_dossier(town.session, row, "01", public_url="http://motcua.test", now=town.now), tmp_path
    )
    assert "Thạch Khôi, ngày 15 tháng 6 năm 2023" in words
    assert "17 giờ 00 phút, ngày 15 tháng 6 năm 2023" in words
    assert "Hình thức nộp: trực tuyến" in words


def test_the_control_slip_lists_every_hand_and_the_result_s_way_back(town: Town, tmp_path: Path) -> None:
    """Mẫu 05: I from the shop to the officer, the leader and the clerk; II back to the shop and to the applicant."""
    code = returned(town)
    words = words_of(paper(town, code, "05"), tmp_path)
    first, second = words.split("II. NHẬN KẾT QUẢ")
    officer, leader = town.officer(WARD, "civil_status_officer"), town.officer(WARD, "leader")
    for said in ("1. Giao: Bộ phận", officer.name, leader.name, "đúng hạn"):
        assert said in first
    assert "4. Giao" not in first
    for said in (
        "1. Giao: Văn thư",
        town.officer(WARD, "clerk").name,
        "Nhận: Người nộp hồ sơ",
        "Đã trả kết quả",
    ):
        assert said in second


def test_an_apology_and_a_result_are_signed_with_a_title(town: Town, tmp_path: Path) -> None:
    """The chairman signs for the committee (NĐ 30/2020/NĐ-CP); the apology tells the due date that was missed."""
    code = town.received()
    leader = town.officer(WARD, "leader")
    assert isinstance(town.give(code, Apologise(leader, "2023-06-19", "Chờ cấp số định danh")), Accepted)
    words = words_of(paper(town, code, "04"), tmp_path)
    due = "hẹn trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 15 tháng 6 năm 2023"
    again = "ngày 19 tháng 6 năm 2023"
    for said in ("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH", leader.name, due, "Chờ cấp số định danh", again):
        assert said in words


def test_a_refusal_gives_its_reason_and_no_result(town: Town, tmp_path: Path) -> None:
    """Mẫu 03 repeats what the officer wrote when refusing; a result signed on that way is not printed."""
    code = town.received()
    officer = town.officer(WARD, "civil_status_officer")
    town.complete(code, "tham_dinh", officer, "refuse", y_kien="Trẻ đã được đăng ký khai sinh nơi khác.")
    words = words_of(paper(town, code, "03"), tmp_path)
    assert "Trẻ đã được đăng ký khai sinh nơi khác." in words
    assert code_of(printed(town, town.officer(WARD, "one_stop_officer"), code)) == "result_not_ready"


def test_who_signs_in_whose_place() -> None:
    """NĐ 30/2020/NĐ-CP, phụ lục I, mục II.7."""
    assert printing.capacity("Ủy ban nhân dân xã Lê Lợi", "Phó Chủ tịch") == [
        "TM. Ủy ban nhân dân",
        "KT. Chủ tịch",
        "Phó Chủ tịch",
    ]
    assert printing.capacity("Phòng Tư pháp", "Trưởng phòng") == ["Trưởng phòng"]
    assert printing.capacity("Phòng Tư pháp", "") == []


def returned(town: Town) -> str:
    """A birth registration that went the whole way."""
    code = town.received()
    desk, officer = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "civil_status_officer")
    (token,) = town.complete(code, "tham_dinh", officer, "approve").state.jobs
    partner = Actor("civil-status.register", "partner", "Hộ tịch")
    number = {"registration_number": "58/2023", "registered_on": "2023-06-15", "personal_id": "030323004567"}
    assert isinstance(town.give(code, FinishJob(partner, token, number)), Accepted)
    town.complete(code, "ky", town.officer(WARD, "leader"), "sign")
    town.complete(code, "vao_so", town.officer(WARD, "clerk"))
    town.complete(code, "so_hoa_ket_qua", desk)
    town.complete(code, "tra_ket_qua", desk)
    return code


def paper(town: Town, code: str, number: str) -> bytes | Rejected:
    row = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert not isinstance(row, Rejected)
    return printing.of_dossier(town.session, row, number, public_url="http://motcua.test", now=town.now)


def printed(town: Town, actor: Actor, code: str) -> bytes | Rejected:
    row = dossiers.one(town.session, actor, code, now=town.now)
    assert not isinstance(row, Rejected)
    return printing.result_of_dossier(
        town.session, row, RESULT, public_url="http://motcua.test", now=town.now
    )


def code_of(answer: bytes | Rejected) -> str:
    assert isinstance(answer, Rejected)
    return answer.code


def words_of(pdf: bytes | Rejected, folder: Path) -> str:
    assert isinstance(pdf, bytes), pdf
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    (folder / "printed.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", folder / "printed.pdf", "-"], capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())
