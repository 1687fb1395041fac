"""A signed PDF is judged as it comes in: who signed, when, what it is worth; an unsigned one costs and says nothing."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from casework import attachments, papers
from casework.documents import uploaded
from casework.documents.checking import Anchors
from store.queries import dossiers
from tests.casework.town import WARD, Town
from tests.documents.conftest import Desk
from tests.documents.test_checking import PLAIN, person, signed
from tests.web.test_filing import PDF

NOBODY = Anchors()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploaded, "SECONDS", 0.01)


def keep(town: Town, content: bytes, trust: Anchors) -> dict:
    kept = attachments.keep(
        town.session, town.applicant(), "giấy.pdf", content, trust=trust, now=datetime.now(UTC)
    )
    assert isinstance(kept, dict), kept
    return kept


def test_who_signed_is_kept_with_the_file(town: Town, desk: Desk) -> None:
    """Name, organisation, moment; the officers of the dossier read it too."""
    kept = keep(town, signed(desk, person("upload")), desk.anchors)
    (one,) = kept["signatures"]["signatures"]
    assert (one["name"], one["organisation"], one["standing"]) == (
        "Mạc Quỳnh Chi",
        "UBND phường Thạch Khôi",
        "valid",
    )
    assert datetime.now(UTC) - datetime.fromisoformat(one["signed_at"]) < timedelta(minutes=1)
    known = attachments.known(town.session, town.applicant(), [kept["id"]])
    assert known[kept["id"]]["signatures"] == kept["signatures"]


@pytest.mark.parametrize(
    ("damage", "trusted", "standing"),
    [(0, True, "valid"), (1, True, "changed"), (0, False, "unknown")],
)
def test_each_fault_has_its_word(town: Town, desk: Desk, damage: int, trusted: bool, standing: str) -> None:
    """Changed after signing; of an authority that we do not know."""
    pdf = bytearray(signed(desk, person(f"fault-{standing}")))
    at = pdf.index(b"/MediaBox") + 12
    pdf[at] ^= damage
    kept = keep(town, bytes(pdf), desk.anchors if trusted else NOBODY)
    assert [one["standing"] for one in kept["signatures"]["signatures"]] == [standing]


def test_an_unsigned_paper_says_nothing(town: Town, desk: Desk) -> None:
    """No process for it, nothing kept."""
    before = time.monotonic()
    assert keep(town, PDF, desk.anchors)["signatures"] is None
    assert time.monotonic() - before < 0.5


def test_a_word_in_a_text_is_no_signature(town: Town, desk: Desk) -> None:
    """A PDF that only speaks of /ByteRange."""
    made = papers.render_result(PLAIN, {}).pdf
    assert keep(town, made + b"% /ByteRange [0 1 2 3]\n", desk.anchors)["signatures"] is None


def test_a_file_that_takes_too_long_is_left_unjudged(town: Town, desk: Desk, slow: None) -> None:
    """The page waits for so long, no longer; the file is kept."""
    kept = keep(town, signed(desk, person("slow")), desk.anchors)
    assert kept["signatures"] == {"verdict": "unreadable", "signatures": []}


def test_so_many_judgements_an_hour(town: Town, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploading signed files in a loop starts no process for each."""
    monkeypatch.setattr(attachments, "MAX_JUDGED", 1)
    pdf = signed(desk, person("many"))
    assert keep(town, pdf, desk.anchors)["signatures"]["verdict"] == "valid"
    assert keep(town, pdf, desk.anchors)["signatures"]["verdict"] == "unreadable"


def test_the_officer_reads_it_on_the_dossier(town: Town, desk: Desk) -> None:
    """Beside the paper that was handed in."""
    from engine.declared import ComponentGiven

    kept = keep(town, signed(desk, person("officer")), desk.anchors)
    code = town.submitted(components=(ComponentGiven("giay_chung_sinh", (kept["id"],), copies=1),))
    row = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    (file,) = next(part for part in row["components"] if part["code"] == "giay_chung_sinh")["attachments"]
    assert file["signatures"]["verdict"] == "valid"
