"""The electronic certified copy (NĐ 45/2020/NĐ-CP, Điều 10): the scanned pages with their number, the words, both signatures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
from sqlalchemy import select

from casework import attachments, certified, printing
from casework.documents import publicly, reading
from casework.documents.checking import check
from casework.gate import Accepted
from casework.papers import render_mark
from engine.actor import SYSTEM
from engine.commands import CompleteTask, FinishJob, RevokeResult
from engine.rejection import Rejected
from national.demo_ca import PIN
from store import rebuild
from store.queries import dossiers
from store.tables import outbox
from tests.casework.test_certified import ORIGINALS, compared, entered
from tests.casework.test_printing import words_of
from tests.casework.town import WARD, Town
from tests.documents.archival import problems
from tests.documents.conftest import PUBLIC, Desk
from tests.documents.work import asked, carry_out, public_id, result_of, states

DIPLOMA, BOOK, CARD = (f"ban_sao_chung_thuc.{n}" for n in (1, 2, 3))


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
    town: Town,
    desk: Desk,
    *scans: bytes,
    matched: tuple[int, ...] = (),
    also: tuple[dict[str, Any], ...] = (),
) -> tuple[str, list[tuple[str, str]]]:
    """A dossier whose leader has pressed “Ký số”; what became of it."""
    originals = [{**ORIGINALS[0], "so_trang": 2}, ORIGINALS[1], *also]
    code = compared(town, originals, kept(town, *scans), matched)
    entered(town)
    batch = asked(town, town.officer(WARD, "leader"), public_id(town, code, "ky"), pin=PIN)
    carry_out(town, desk.signing)
    return code, states(town, batch)


def file_of(town: Town, code: str, result: str, *, on_paper: bool = False) -> bytes:
    row = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(row, dict), row
    pdf = printing.result_of_dossier(
        town.session, row, result, public_url=PUBLIC, now=town.now, on_paper=on_paper
    )
    assert isinstance(pdf, bytes), pdf
    return pdf


def test_each_copy_is_a_file_of_its_own_with_number_words_and_both_signatures(
    town: Town, desk: Desk, tmp_path: Path
) -> None:
    """One PIN for the leader, one for the seal; each file is numbered, sealed, registered and checked by itself."""
    diploma, card = scan("BẰNG TỐT NGHIỆP mặt trước", "BẰNG TỐT NGHIỆP mặt sau"), scan("THẺ ĐẢNG VIÊN")
    third = {**ORIGINALS[0], "ten": "Thẻ đảng viên", "so_ban": 0}
    code, said = to_sign(town, desk, diploma, scan(*["SỔ HỘ KHẨU"] * 12), card, also=(third,))
    assert said == [("done", "")]
    asked(town, town.officer(WARD, "civil_status_officer"), public_id(town, code, "dong_dau"))
    carry_out(town, desk.signing)
    register = {
        row["title"]: row for row in certified.register(town.session, WARD, 2023) if row["code"] == code
    }
    assert len(register) == 3
    leader = town.officer(WARD, "leader").name
    pages = {
        DIPLOMA: ("Bằng tốt nghiệp", ["BẰNG TỐT NGHIỆP mặt trước", "BẰNG TỐT NGHIỆP mặt sau"]),
        BOOK: ("Sổ hộ khẩu", []),
        CARD: ("Thẻ đảng viên", ["THẺ ĐẢNG VIÊN"]),
    }
    checks = set()
    for result, (title, scanned) in pages.items():
        pdf = file_of(town, code, result)  # of a paper copy: printed, with a check code of its own
        done = result_of(town, code, result=result)
        assert (done["stage"], done["name"]) == ("numbered", f"Bản sao được chứng thực từ bản chính: {title}")
        assert done["number"] == f"{register[title]['number']}/2023-SCT/BS"
        assert register[title]["signer"] == leader
        words = words_of(pdf, tmp_path)
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert len(opened.pages) == len(scanned) + 1
        assert [one for _, said in pages.values() for one in said if one in words] == scanned
        assert f"Số chứng thực: {register[title]['number']}, quyển số 01/2023-SCT/BS" in words
        assert "Chứng thực bản sao đúng với bản chính" in words
        assert ("SAO Y" in words) == bool(scanned)  # at the top right, put in with the seal
        if scanned:
            with pikepdf.open(io.BytesIO(pdf)) as opened:
                (place,) = [one.Rect for one in opened.Root.AcroForm.Fields if one.T == "BanSao"]
                _, _, width, height = map(float, opened.pages[0].MediaBox)
            assert float(place[2]) > width - 60, "in the corner: nothing stands right of it"
            assert float(place[3]) > height - 60
        judged = check(pdf, desk.anchors)
        by_key = (
            [leader, "Ủy ban nhân dân phường Thạch Khôi"] if scanned else []
        )  # a paper copy is signed by hand
        assert [one.name for one in judged.signatures] == by_key
        assert judged.verdict == ("valid" if scanned else "unsigned")
        assert bool(done["file"]) == bool(scanned)
        assert problems(pdf) == []
        checks.add(done["check_code"])
        assert done["check_code"] in words
        told = publicly.by_code(town.session, done["check_code"], now=town.now)
        assert isinstance(told, publicly.Found)
        assert (told.document["number"], told.document["name"]) == (
            done["number"], "Bản sao được chứng thực từ bản chính",  # nothing of what the applicant wrote
        )  # fmt: skip
    assert len(checks) == 3
    assert certified.on_paper(town.session, dossiers.ids(town.session, code), [*pages]) == [DIPLOMA, BOOK]
    words = words_of(file_of(town, code, DIPLOMA, on_paper=True), tmp_path)
    assert f"Số chứng thực: {register['Bằng tốt nghiệp']['number']}," in words
    assert "BẰNG TỐT NGHIỆP mặt trước" not in words
    town.complete(code, "so_hoa_ket_qua", town.officer(WARD, "one_stop_officer"))
    answer = publicly.by_file(town.session, file_of(town, code, CARD), desk.anchors, now=town.now)
    assert isinstance(answer, tuple)
    checked, found = answer
    assert found is not None
    assert (checked.verdict, found.standing) == ("valid", "valid")
    assert found.document["code"] == CARD
    one_revoked_leaves_the_others(town, code)


def one_revoked_leaves_the_others(town: Town, code: str) -> None:
    revoked = town.give(code, RevokeResult(town.officer(WARD, "leader"), CARD, "Chụp nhầm"))
    assert isinstance(revoked, Accepted)
    standings = {
        result: publicly.by_code(
            town.session, result_of(town, code, result=result)["check_code"], now=town.now
        ).standing
        for result in (DIPLOMA, CARD)
    }
    assert standings == {DIPLOMA: "valid", CARD: "revoked"}


def test_a_copy_can_be_read_once_it_has_its_number(town: Town, desk: Desk) -> None:
    """Before that there is no document and no empty page; then each can be opened from the step that signs them."""
    code, officer = compared(town), town.officer(WARD, "civil_status_officer")
    found = dossiers.one(town.session, officer, code, now=town.now)
    assert isinstance(found, dict)
    done = next(step["id"] for step in found["steps"] if step["element_id"] == "doi_chieu")
    early = reading.document(town.session, officer, done, now=town.now)
    assert isinstance(early, Rejected)
    assert early.code == "unknown_document"
    entered(town)
    task, leader = public_id(town, code, "ky"), town.officer(WARD, "leader")
    opened = reading.document(town.session, leader, task, now=town.now, code=BOOK)
    assert isinstance(opened, dict), opened
    assert [one.title for one in opened["results"]] == ["Bằng tốt nghiệp", "Sổ hộ khẩu"]
    assert opened["result"].code == BOOK
    (waiting,) = [one for one in reading.tray(town.session, leader, now=town.now) if one["dossier"] == code]
    assert waiting["documents"] == [("Bản sao được chứng thực từ bản chính", 1)], "one of two is electronic"


def test_copies_on_paper_alone_ask_for_no_signature_by_key(town: Town, desk: Desk) -> None:
    """They are in nobody's tray, the leader signs them by hand and says so; the clerk's seal likewise."""
    code = compared(town, [{**one, "dien_tu": False} for one in ORIGINALS])
    entered(town)
    leader, clerk = town.officer(WARD, "leader"), town.officer(WARD, "civil_status_officer")
    for step, officer, outcome in (("ky", leader, "sign"), ("dong_dau", clerk, "done")):
        assert code not in {one["dossier"] for one in reading.tray(town.session, officer, now=town.now)}
        batch = asked(town, officer, public_id(town, code, step), pin=PIN)
        carry_out(town, desk.signing)
        assert states(town, batch) == [("failed", "signed_on_paper")]
        assert isinstance(town.give(code, CompleteTask(officer, town.task_no(code, step), outcome)), Accepted)
    assert [result_of(town, code, result=one)["stage"] for one in (DIPLOMA, BOOK)] == ["numbered"] * 2
    assert result_of(town, code, result=BOOK)["number"].endswith("/2023-SCT/BS")


def test_of_an_empty_list_nothing_is_signed(town: Town, desk: Desk) -> None:
    code = compared(town)
    (asking,) = town.session.scalars(select(outbox.c.payload).where(outbox.c.topic == certified.TOPIC))
    empty = FinishJob(SYSTEM, asking["token"], {"year": 2023, "lines": []})
    assert isinstance(town.give(code, empty), Accepted)
    batch = asked(town, town.officer(WARD, "leader"), public_id(town, code, "ky"))
    carry_out(town, desk.signing)
    assert states(town, batch) == [("failed", "unknown_document")]


def test_without_a_fitting_scan_nothing_is_signed(town: Town, desk: Desk) -> None:
    """A page is missing, or there is no scan at all: the leader is told what to do, and the dossier waits."""
    for scans in ([scan("BẰNG TỐT NGHIỆP mặt trước")], []):
        code, said = to_sign(town, desk, *scans)
        assert said == [("failed", "scan_missing")]
        assert result_of(town, code, result=DIPLOMA) == {}


def test_the_scans_of_the_electronic_copies_alone_are_enough(town: Town, desk: Desk) -> None:
    """Who scanned just what is asked for electronically need not scan the rest; a picture is a page."""
    _, said = to_sign(town, desk, scan("BẰNG TỐT NGHIỆP mặt trước", "mặt sau"))
    assert said == [("done", "")]


def test_a_scan_is_of_the_original_that_it_was_matched_with(town: Town, desk: Desk, tmp_path: Path) -> None:
    """Scanned in another order than declared, and one of them twice as a picture of nothing: what the officer said holds,
    also when the tables are computed anew from the log."""
    diploma = scan("BẰNG TỐT NGHIỆP mặt trước", "mặt sau")
    scans = scan(*["SỔ HỘ KHẨU"] * 2), diploma, scan("phong bì")
    code, said = to_sign(town, desk, *scans, matched=(0, 1, 0))
    assert said == [("done", "")]
    words = words_of(file_of(town, code, DIPLOMA), tmp_path)
    assert "BẰNG TỐT NGHIỆP mặt trước" in words
    assert "SỔ HỘ KHẨU" not in words
    assert rebuild.differences(town.session) == []
