"""A component that must be a signed file: told on the page, judged as it comes up, held by the gate whoever asks."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest

from bpmn import manifest
from casework import attachments, definitions, estore, own_papers, signed_papers
from casework.demo import PROCEDURES
from casework.gate import Accepted
from engine.actor import holder
from engine.commands import CompleteTask, RecordPapers
from engine.declared import ComponentGiven, Person
from engine.rejection import Rejected
from tests.casework.town import Town
from tests.documents.conftest import Desk
from tests.documents.test_checking import person, signed
from tests.web.test_filing import PDF

PERMIT, DISTRICT, DRAWING = "1.009994", "H23.30", "ban_ve"


def filed(town: Town, *files: str, **how: object) -> Accepted | Rejected:
    """A building permit with these files as its drawing."""
    told = tomllib.loads((PROCEDURES / PERMIT / "v1/scenarios/dung_han.toml").read_text("utf-8"))
    submit = told["do"][0]["submit"]
    others = tuple(
        ComponentGiven(code, originals=n) for code, n in submit["components"].items() if code != DRAWING
    )
    drawing = ComponentGiven(DRAWING, files, **{"copies": 1, **how.pop("counts", {})})  # type: ignore[arg-type,dict-item]
    return town.submit(
        procedure=PERMIT, agency=DISTRICT, answers=submit["answers"], components=(*others, drawing), **how
    )


def kept(town: Town, desk: Desk, content: bytes, actor=None) -> str:  # type: ignore[no-untyped-def]
    file = attachments.keep(
        town.session,
        actor or town.applicant(),
        "bản vẽ.pdf",
        content,
        trust=desk.anchors,
        now=datetime.now(UTC),
    )
    assert isinstance(file, dict), file
    return str(file["id"])


def test_an_unsigned_drawing_is_not_filed(town: Town, desk: Desk) -> None:
    """Each file is named with what is wrong; a good signature is enough, and counts of paper excuse no applicant."""
    good, bare = signed(desk, person("designer")), bytearray(signed(desk, person("designer")))
    bare[bare.index(b"/MediaBox") + 12] ^= 1
    files = [kept(town, desk, PDF), kept(town, desk, bytes(bare))]
    refused = filed(town, *files, counts={"originals": 2})
    assert isinstance(refused, Rejected)
    assert (refused.code, {one.where for one in refused.problems}) == ("signature_required", {DRAWING})
    assert "chưa có chữ ký số" in refused.problems[0].vi
    assert "đã bị sửa" in refused.problems[1].vi
    assert isinstance(filed(town, kept(town, desk, good)), Accepted)


def test_a_scan_of_paper_needs_none(town: Town, desk: Desk) -> None:
    """The counter counts the paper, or hands in a signed file in its place."""
    officer = town.officer(DISTRICT, "one_stop_officer")
    how = {"actor": officer, "channel": "counter"}
    scan = kept(town, desk, PDF, officer)
    refused = filed(town, scan, counts={"copies": 0}, **how)
    assert isinstance(refused, Rejected)
    assert refused.code == "signature_required"
    answer = filed(town, scan, counts={"originals": 2, "copies": 0, "digitised": 1}, **how)
    assert isinstance(answer, Accepted)
    again = ComponentGiven(DRAWING, (kept(town, desk, PDF, officer),), digitised=1)
    refused = town.give(answer.dossier_code, RecordPapers(officer, (again,)))
    assert isinstance(refused, Rejected)
    assert refused.code == "signature_required"


def test_a_signed_paper_of_the_store_is_one(town: Town, desk: Desk) -> None:
    """Judged when it was put in: whoever picks it has not to sign it again."""
    said = {"name": "", "code": DRAWING, "valid_to": "", "trust": desk.anchors, "now": datetime.now(UTC)}
    added = own_papers.add(
        town.session, town.applicant(), "bản vẽ.pdf", signed(desk, person("designer")), **said
    )
    assert isinstance(added, str)
    part = next(one for one in definitions.get(town.session, PERMIT, 1).components if one.code == DRAWING)
    ref, now = f"own:{added}", datetime.now(UTC)
    taken = estore.take(town.session, town.applicant(), part, ref, public_url="", now=now)
    assert isinstance(taken, dict)
    assert signed_papers.fault(taken["signatures"]) is None  # type: ignore[arg-type]


def test_who_answers_by_the_receipt_hands_in_a_signed_file_too(town: Town, desk: Desk) -> None:
    """Filed on paper, supplemented by a file: no count of copies stands for the signature."""
    clerk = town.officer(DISTRICT, "one_stop_officer")
    answer = filed(town, counts={"originals": 2}, actor=clerk, channel="counter", applicant=Person("Ông Ba"))
    assert isinstance(answer, Accepted)
    code = answer.dossier_code
    town.complete(code, "tiep_nhan", clerk, "supplement", noi_dung="Nộp lại bản vẽ.")
    reader, number = holder(code), town.task_no(code, "bo_sung_truoc")

    def answered(content: bytes) -> Accepted | Rejected:
        drawing = ComponentGiven(DRAWING, (kept(town, desk, content, reader),), copies=1)
        done = {"giai_trinh": "Đã nộp lại."}
        return town.give(code, CompleteTask(reader, number, "done", done, (drawing,), ticked=(1,)))

    refused = answered(PDF)
    assert isinstance(refused, Rejected)
    assert refused.code == "signature_required"
    assert isinstance(answered(signed(desk, person("designer"))), Accepted)


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        (None, "chưa có chữ ký số"),
        ({"verdict": "unreadable", "signatures": []}, "chưa kiểm tra được"),
        (
            {"verdict": "untrusted", "signatures": [{"standing": "valid"}, {"standing": "revoked"}]},
            "bị thu hồi",
        ),
        ({"verdict": "valid_unchecked", "signatures": [{"standing": "unchecked"}]}, ""),
    ],
)
def test_each_fault_says_how_to_mend_it(judged: dict | None, words: str) -> None:
    """The worst signature counts."""
    found = signed_papers.fault(judged)
    assert (words in found.vi) if found else words == ""


@pytest.mark.parametrize(("line", "where"), [('accept = ["pdf", "jpg"]', "accept"), ('form = "f"', "signed")])
def test_what_cannot_be_signed_is_not_published(line: str, where: str) -> None:
    """A picture, an e-form: found before anybody is asked for it."""
    toml = (PROCEDURES / PERMIT / "v1/procedure.toml").read_text("utf-8")
    broken = toml.replace('accept = ["pdf"]\nmax_mb = 20\nsigned', f"{line}\nmax_mb = 20\nsigned")
    with pytest.raises(manifest.ManifestRefused) as refused:
        manifest.parse(broken.encode())
    assert any(one.where.endswith(where) for one in refused.value.problems)
