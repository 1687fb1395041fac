"""What is printed of a dossier comes from its record: papers for officers, the result for both sides when it is due."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from casework import papers, printing
from casework.gate import Accepted
from engine.actor import Actor
from engine.commands import FinishJob
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


def printed(town: Town, actor: Actor, code: str) -> bytes | Rejected:
    row = dossiers.one(town.session, actor, code, now=town.now)
    assert not isinstance(row, Rejected)
    return printing.result_of_dossier(town.session, row, RESULT, now=town.now)


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
