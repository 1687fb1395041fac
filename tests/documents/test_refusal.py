"""A refusal that the procedure's diagram has signed goes the way of a result: signature, number, seal, register, check."""

from __future__ import annotations

import tomllib
from pathlib import Path

from casework import printing
from casework.demo import PROCEDURES
from casework.documents import publicly
from casework.documents.checking import check
from engine.declared import ComponentGiven
from store.queries import documents, dossiers
from tests.casework.test_papers import text_of
from tests.casework.town import Town
from tests.documents.conftest import PUBLIC, Desk
from tests.documents.work import asked, carry_out, public_id, result_of, states

PERMIT, DISTRICT, DIVISION = "1.009994", "H23.30", "H23.30.61"
NOTICE = "thong_bao_khong_cap_phep"


def refused_by_the_officer(town: Town) -> str:
    """A building permit that the officer would not give: the leader has to sign it."""
    told = tomllib.loads((PROCEDURES / PERMIT / "v1/scenarios/tu_choi.toml").read_text("utf-8"))
    first = told["do"][0]["submit"]
    code = town.submitted(
        procedure=PERMIT,
        agency=DISTRICT,
        answers=first["answers"],
        components=tuple(
            ComponentGiven(name, originals=count) for name, count in first["components"].items()
        ),
    )
    desk, head = town.officer(DISTRICT, "one_stop_officer"), town.officer(DIVISION, "division_head")
    town.complete(code, "tiep_nhan", desk, "accept", da_kiem_tra=["du_giay_to", "dung_tham_quyen"])
    town.complete(code, "phan_cong", head, chi_dao="Kiểm tra thực địa.")
    town.complete(
        code,
        "tham_dinh",
        town.officer(DIVISION, "construction_officer"),
        "refuse",
        phu_hop_quy_hoach="khong",
        ket_qua="Thửa đất nằm trong chỉ giới đường đỏ.",
    )
    return code


def test_a_refusal_is_signed_numbered_sealed_and_checked_like_a_result(
    town: Town, desk: Desk, tmp_path: Path
) -> None:
    """Leader and clerk find it in their trays; the applicant gets the file when the dossier ends refused."""
    code = refused_by_the_officer(town)
    leader, clerk = town.officer(DISTRICT, "leader"), town.officer(DISTRICT, "clerk")
    for actor, step in ((leader, "ky_tu_choi"), (clerk, "vao_so_tu_choi")):
        task = public_id(town, code, step)
        assert task in [row["id"] for row in documents.to_sign(town.session, actor)]
        batch = asked(town, actor, task)
        carry_out(town, desk.signing)
        assert states(town, batch) == [("done", "")]

    found = result_of(town, code, clerk, NOTICE)
    assert (found["stage"], found["number"], found["signer"]) == ("numbered", "01/TB-UBND", leader.id)
    row = dossiers.one(town.session, town.applicant(), code, now=town.now)
    assert isinstance(row, dict)
    assert row["end_kind"] == "refused"
    pdf = printing.result_of_dossier(town.session, row, NOTICE, public_url=PUBLIC, now=town.now)
    assert isinstance(pdf, bytes)
    assert "Thửa đất nằm trong chỉ giới đường đỏ" in words(pdf, tmp_path), "no refusal without its reason"
    checked = check(pdf, desk.anchors)
    assert (checked.verdict, [one.seals for one in checked.signatures]) == ("valid", [False, True])
    answer = publicly.by_code(town.session, found["check_code"], now=town.now)
    assert isinstance(answer, publicly.Found)
    assert (answer.standing, answer.document["number"]) == ("valid", "01/TB-UBND")


def test_a_number_typed_by_the_clerk_is_not_taken_for_the_reason(
    town: Town, desk: Desk, tmp_path: Path
) -> None:
    """Mẫu 03 tells what the officer wrote, however many steps came after; it is the leader's who signed the refusal."""
    code = refused_by_the_officer(town)
    asked(town, town.officer(DISTRICT, "leader"), public_id(town, code, "ky_tu_choi"))
    carry_out(town, desk.signing)
    town.complete(code, "vao_so_tu_choi", town.officer(DISTRICT, "clerk"), so_ky_hieu="77/TB-UBND")
    row = dossiers.one(town.session, town.applicant(), code, now=town.now)
    assert isinstance(row, dict)
    slip = printing.of_dossier(town.session, row, "03", public_url=PUBLIC, now=town.now)
    assert isinstance(slip, bytes)
    said = words(slip, tmp_path)
    assert "Thửa đất nằm trong chỉ giới đường đỏ" in said
    assert "77/TB-UBND" not in said
    leader = town.officer(DISTRICT, "leader")
    assert f"TM. ỦY BAN NHÂN DÂN CHỦ TỊCH (Ký và ghi rõ họ tên) {leader.name}" in said


def test_the_permit_itself_cannot_be_had_of_a_refused_dossier(town: Town, desk: Desk) -> None:
    """What was signed is the refusal alone."""
    code = refused_by_the_officer(town)
    asked(town, town.officer(DISTRICT, "leader"), public_id(town, code, "ky_tu_choi"))
    carry_out(town, desk.signing)
    row = dossiers.one(town.session, town.applicant(), code, now=town.now)
    assert isinstance(row, dict)
    assert [one["code"] for one in row["results"] if one["stage"] == "signed"] == [NOTICE]
    answer = printing.result_of_dossier(town.session, row, NOTICE, public_url=PUBLIC, now=town.now)
    assert answer == printing.NO_RESULT, "not before it is numbered and sealed"


def words(pdf: bytes, folder: Path) -> str:
    """The text of a PDF in one line."""
    return " ".join(text_of(pdf, folder).split())
