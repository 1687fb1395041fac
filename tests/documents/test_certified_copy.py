"""The electronic certified copy (NĐ 45/2020/NĐ-CP, Điều 10): the scanned pages with their number, the words, both signatures."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf

from casework import attachments, printing
from casework.documents import publicly
from casework.documents.checking import check
from casework.papers import render_mark
from national.demo_ca import PIN
from store.queries import dossiers
from tests.casework.test_certified import ORIGINALS, compared, entered
from tests.casework.test_printing import words_of
from tests.casework.town import WARD, Town
from tests.documents.archival import problems
from tests.documents.conftest import PUBLIC, Desk
from tests.documents.work import asked, carry_out, public_id, result_of, states

RESULT = "ban_sao_chung_thuc"


def scan(*pages: str) -> bytes:
    """A scan with these words on its pages, the last one turned as a scanner turns it."""
    with pikepdf.new() as whole:
        for said in pages:
            with pikepdf.open(io.BytesIO(render_mark("number", 420, 595, text=said))) as page:
                whole.pages.extend(page.pages)
        whole.pages[-1].obj.Rotate = 90
        whole.save(done := io.BytesIO())
    return done.getvalue()


def kept(town: Town, *contents: bytes) -> tuple[str, ...]:
    desk = town.officer(WARD, "one_stop_officer")
    files = [
        attachments.keep(town.session, desk, f"{n}.pdf", one, now=town.now) for n, one in enumerate(contents)
    ]
    return tuple(str(file["id"]) for file in files if isinstance(file, dict))


def to_sign(
    town: Town, desk: Desk, *scans: bytes, matched: tuple[int, ...] = ()
) -> tuple[str, list[tuple[str, str]]]:
    """A dossier whose leader has pressed “Ký số”; what became of it."""
    originals = [{**ORIGINALS[0], "so_trang": 2}, ORIGINALS[1]]
    code = compared(town, originals, kept(town, *scans), matched)
    entered(town)
    batch = asked(town, town.officer(WARD, "leader"), public_id(town, code, "ky"), pin=PIN)
    carry_out(town, desk.signing)
    return code, states(town, batch)


def test_the_copy_carries_the_scanned_pages_their_number_and_both_signatures(
    town: Town, desk: Desk, tmp_path: Path
) -> None:
    """Only what was asked for electronically is in it; the seal is added to the very file; anybody can check it."""
    diploma = scan("BẰNG TỐT NGHIỆP mặt trước", "BẰNG TỐT NGHIỆP mặt sau")
    code, said = to_sign(town, desk, diploma, scan(*["SỔ HỘ KHẨU"] * 12))
    assert said == [("done", "")]
    asked(town, town.officer(WARD, "civil_status_officer"), public_id(town, code, "dong_dau"))
    carry_out(town, desk.signing)
    done = result_of(town, code, result=RESULT)
    assert done["stage"] == "numbered"
    assert done["number"].endswith("/2023-SCT/BS")
    officer = town.officer(WARD, "one_stop_officer")
    row = dossiers.one(town.session, officer, code, now=town.now)
    pdf = printing.result_of_dossier(town.session, row, RESULT, public_url=PUBLIC, now=town.now)
    assert isinstance(pdf, bytes)
    first, last = done["number"].removesuffix("/2023-SCT/BS").split("-")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2 + 1  # the diploma's pages and its words
    words = words_of(pdf, tmp_path)
    for expected in (
        "BẰNG TỐT NGHIỆP mặt trước",
        "BẰNG TỐT NGHIỆP mặt sau",
        f"Số chứng thực: {first}, quyển số 01/2023-SCT/BS · trang 2/2",
        "SAO Y",  # at the top right, put in with the seal
        "Chứng thực bản sao đúng với bản chính",
        "ngày 15 tháng 6 năm 2023",
    ):
        assert expected in words
    assert "ổ hộ khẩu" not in words.lower()
    paper = printing.result_of_dossier(
        town.session, row, RESULT, public_url=PUBLIC, now=town.now, on_paper=True
    )
    words = words_of(paper, tmp_path)
    assert f"Số chứng thực: {first}," in words
    assert f"Số chứng thực: {last}," in words
    assert "BẰNG TỐT NGHIỆP mặt trước" not in words
    judged = check(pdf, desk.anchors)
    assert judged.verdict == "valid"
    assert [one.name for one in judged.signatures] == [
        town.officer(WARD, "leader").name,
        "Ủy ban nhân dân phường Thạch Khôi",
    ]
    assert problems(pdf) == []
    town.complete(code, "so_hoa_ket_qua", officer)
    answer = publicly.by_file(town.session, pdf, desk.anchors, now=town.now)
    assert isinstance(answer, tuple)
    checked, found = answer
    assert found is not None
    assert (checked.verdict, found.standing, found.document["number"]) == ("valid", "valid", done["number"])


def test_without_a_fitting_scan_nothing_is_signed(town: Town, desk: Desk) -> None:
    """A page is missing, or there is no scan at all: the leader is told what to do, and the dossier waits."""
    for scans in ([scan("BẰNG TỐT NGHIỆP mặt trước")], []):
        code, said = to_sign(town, desk, *scans)
        assert said == [("failed", "scan_missing")]
        assert result_of(town, code, result=RESULT) == {}


def test_the_scans_of_the_electronic_copies_alone_are_enough(town: Town, desk: Desk) -> None:
    """Who scanned just what is asked for electronically need not scan the rest; a picture is a page."""
    _, said = to_sign(town, desk, scan("BẰNG TỐT NGHIỆP mặt trước", "mặt sau"))
    assert said == [("done", "")]


def test_a_scan_is_of_the_original_that_it_was_matched_with(town: Town, desk: Desk, tmp_path: Path) -> None:
    """Scanned in another order than declared, and one of them twice as a picture of nothing: what the officer said holds."""
    diploma = scan("BẰNG TỐT NGHIỆP mặt trước", "mặt sau")
    scans = scan(*["SỔ HỘ KHẨU"] * 2), diploma, scan("phong bì")
    code, said = to_sign(town, desk, *scans, matched=(0, 1, 0))
    assert said == [("done", "")]
    row = dossiers.one(town.session, town.officer(WARD, "leader"), code, now=town.now)
    pdf = printing.result_of_dossier(town.session, row, RESULT, public_url=PUBLIC, now=town.now)
    words = words_of(pdf, tmp_path)
    assert "BẰNG TỐT NGHIỆP mặt trước" in words
    assert "SỔ HỘ KHẨU" not in words
