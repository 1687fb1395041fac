"""Uploads are judged by what they hold, and seen by those who may see the dossier."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import attachments, own_papers, partial, sheets
from casework.attachments import MAX_BYTES, clean_name
from casework.documents.checking import Anchors
from engine.declared import ComponentGiven, Person
from engine.rejection import Rejected
from store.tables import attachment, attachment_body
from tests.builders import JPEG, PDF, PNG
from tests.casework.town import WARD, Town


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [("a.exe", PDF, "application/pdf"), ("b", PNG, "image/png"), ("c.pdf", JPEG, "image/jpeg")],
)
def test_the_content_says_what_a_file_is(town: Town, name: str, content: bytes, media_type: str) -> None:
    """A name can say anything."""
    kept = attachments.keep(town.session, town.applicant(), name, content, now=town.now)
    assert isinstance(kept, dict)
    assert (kept["media_type"], kept["size"]) == (media_type, len(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90\0" + b"\0" * 100, "attachment_type"),
        (b"<html><script>alert(1)</script>", "attachment_type"),
        (b"PK\x03\x04" + b"\0" * 60, "attachment_type"),
        (b"just words", "attachment_type"),
        (b"", "attachment_type"),
        (b"%PDF-1.7" + b"\0" * MAX_BYTES, "too_large"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "attachment_damaged"),
        (PNG[:-4], "attachment_damaged"),
        (JPEG[:-2], "attachment_damaged"),
    ],
)
def test_what_is_no_paper_is_refused(town: Town, content: bytes, code: str) -> None:
    """Programs, pages, archives, text, nothing, too much, and what nobody could read later."""
    answer = attachments.keep(town.session, town.applicant(), "giay.pdf", content, now=town.now)
    assert isinstance(answer, Rejected)
    assert answer.code == code
    assert town.session.scalar(select(func.count()).select_from(attachment_body)) == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Lan\\Giấy chứng sinh.PDF", "Giấy chứng sinh.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("..", "tep.pdf"),
        ("", "tep.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("gpj.\u202efdp.exe", "gpj.fdp.pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    """No path, no line break, no direction marks, the content's own extension."""
    assert clean_name(given, "application/pdf") == kept


def test_equal_contents_are_kept_once(town: Town) -> None:
    """Two people upload the same paper: two attachments, one content."""
    for _ in range(2):
        attachments.keep(town.session, town.applicant(), "a.pdf", PDF, now=town.now)
    assert town.session.scalar(select(func.count()).select_from(attachment)) == 2
    assert town.session.scalar(select(func.count()).select_from(attachment_body)) == 1


def test_a_file_is_seen_by_those_who_may_see_its_dossier(town: Town) -> None:
    """Its owner; the receiving agency once it is handed in; nobody else."""
    kept = attachments.keep(town.session, town.applicant(), "a.pdf", PDF, now=town.now)
    assert isinstance(kept, dict)
    clerk, far = town.officer(WARD, "one_stop_officer"), town.officer("H23.31", "one_stop_officer")

    def sees(actor: object) -> bool:
        found = attachments.read(town.session, actor, kept["id"], now=town.now)  # type: ignore[arg-type]
        return not isinstance(found, Rejected) and found.content == PDF

    assert [sees(who) for who in (town.applicant(), clerk, far)] == [True, False, False]
    town.submitted(components=(ComponentGiven("giay_chung_sinh", attachments=(str(kept["id"]),)),))
    assert [sees(who) for who in (town.applicant(), clerk, far)] == [True, True, False]


def test_who_scanned_a_paper_and_has_left_sees_it_no_more(town: Town) -> None:
    """What was handed in is the dossier's: an officer who works elsewhere now is a stranger to it."""
    clerk, far = town.officer(WARD, "one_stop_officer"), town.officer("H23.31", "one_stop_officer")
    kept = attachments.keep(town.session, clerk, "scan.pdf", PDF, now=town.now)
    assert isinstance(kept, dict)
    paper = ComponentGiven("giay_chung_sinh", attachments=(str(kept["id"]),), originals=1)
    town.submitted(actor=clerk, channel="counter", applicant=Person("Bà Tư"), components=(paper,))
    sees = [
        attachments.read(town.session, who, uuid.UUID(str(kept["id"])), now=town.now)
        for who in (clerk, replace(clerk, posts=far.posts))
    ]
    assert [isinstance(one, Rejected) for one in sees] == [False, True]


def test_uploads_that_nobody_hands_in_are_forgotten_after_a_week(town: Town) -> None:
    """With their contents, unless another attachment has the same."""
    attachments.keep(town.session, town.applicant(), "old.pdf", PDF, now=town.now)
    attachments.keep(town.session, town.applicant(), "old.png", PNG, now=town.now)
    attachments.keep(town.session, town.applicant(), "new.png", PNG, now=town.now + timedelta(days=6))
    assert attachments.forget_unused(town.session, town.now + timedelta(days=8)) == 2
    assert attachments.forget_unnamed(town.session) == 1
    assert town.session.scalars(select(attachment.c.name)).all() == ["new.png"]
    assert town.session.scalar(select(func.count()).select_from(attachment_body)) == 1


def test_an_upload_of_what_is_just_being_forgotten_succeeds(town: Town) -> None:
    """The content has lost its last name while the same is uploaded again: whoever comes second waits, nothing fails."""
    attachments.keep(town.session, town.applicant(), "old.png", PNG, now=town.now)
    later = town.now + timedelta(days=8)
    with town.new_session() as uploading, ThreadPoolExecutor(1) as pool:
        kept = attachments.put(uploading, town.officer(WARD, "one_stop_officer"), "new.png", PNG, now=later)
        assert isinstance(kept, dict)

        def forget() -> int:
            with town.new_session() as night:
                attachments.forget_unused(night, later)
                return attachments.forget_unnamed(night)

        forgetting = pool.submit(forget)
        with pytest.raises(TimeoutError):
            forgetting.result(0.5)
        uploading.commit()
        assert forgetting.result(5) == 0
    assert town.session.scalars(select(attachment.c.name)).all() == ["new.png"]
    assert town.session.scalar(select(func.count()).select_from(attachment_body)) == 1


def test_an_upload_that_is_judged_keeps_no_other_waiting(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judging a signature takes seconds: meanwhile the clock forgets, and whoever uploads next does not queue behind it."""
    attachments.keep(town.session, town.applicant(), "old.png", PNG, now=town.now)
    later, desk = town.now + timedelta(days=8), town.officer(WARD, "one_stop_officer")

    def forget_and_upload() -> int:
        with town.new_session() as night, town.new_session() as day:
            attachments.forget_unused(night, later)
            forgotten = attachments.forget_unnamed(night)
            assert isinstance(attachments.keep(day, desk, "khac.png", PNG, now=later), dict)
            return forgotten

    with ThreadPoolExecutor(1) as pool, town.new_session() as judging:
        monkeypatch.setattr(attachments.uploaded, "has_signature", lambda _content: True)
        monkeypatch.setattr(
            attachments.uploaded,
            "judged",
            lambda *_: {"verdict": "unsigned", "forgotten": pool.submit(forget_and_upload).result(5)},
        )
        citizen, anchors = town.applicant(), cast(Anchors, object())
        kept = attachments.keep(judging, citizen, "moi.pdf", PDF, trust=anchors, now=later)
    assert isinstance(kept, dict)
    names = town.session.scalars(select(attachment.c.name).order_by(attachment.c.name)).all()
    assert names == ["khac.png", "moi.pdf"]


def test_forgetting_waits_for_no_upload_when_every_content_has_its_name(town: Town) -> None:
    with ThreadPoolExecutor(1) as pool, town.new_session() as uploading, town.new_session() as night:
        assert isinstance(attachments.put(uploading, town.applicant(), "a.png", PNG, now=town.now), dict)
        assert pool.submit(attachments.forget_unnamed, night).result(5) == 0


def test_the_gate_takes_no_file_that_its_component_does_not_accept(town: Town) -> None:
    """By page, API or worker alike: the certificate of birth is a PDF, JPG or PNG of at most 10 MB, twenty files."""
    actor = town.applicant()
    large = attachments.keep(town.session, actor, "to.pdf", PDF + b"\0" * 11_000_000, now=town.now)
    assert isinstance(large, dict)
    answer = town.submit(components=(ComponentGiven("giay_chung_sinh", (str(large["id"]),)),))
    assert isinstance(answer, Rejected)
    assert (answer.code, answer.problems[0].where) == ("too_large", "giay_chung_sinh")
    small = attachments.keep(town.session, actor, "nho.pdf", PDF, now=town.now)
    assert isinstance(small, dict)
    town.submitted(components=(ComponentGiven("giay_chung_sinh", (str(small["id"]),)),))


def test_many_uploads_at_once_stay_within_the_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is counted one upload after the other: whole files, files in pieces, papers of the e-store."""
    actor = town.applicant()

    def whole(session: Session, number: int) -> object:
        return attachments.keep(session, actor, f"{number}.pdf", PDF, now=town.now)

    def in_pieces(session: Session, number: int) -> object:
        return partial.begin(session, actor, f"{number}.pdf", len(PDF), now=town.now)

    def stored(session: Session, number: int) -> object:
        return own_papers.add(
            session, actor, "a.pdf", PDF, name=f"Giấy {number}", code="", valid_to="", now=town.now
        )

    monkeypatch.setattr(attachments, "MAX_WAITING_BYTES", 3 * len(PDF))
    monkeypatch.setattr(own_papers, "MOST", 3)
    monkeypatch.setattr(sheets, "unreadable", lambda *_: None)
    for ask in (whole, in_pieces, stored):
        start = threading.Barrier(8)

        def one(
            number: int, ask: Callable[[Session, int], object] = ask, start: threading.Barrier = start
        ) -> bool:
            with town.new_session() as session:
                session.scalar(select(func.count()).select_from(attachment_body))  # connected
                session.rollback()
                start.wait(20)
                return not isinstance(ask(session, number), Rejected)

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(one, range(8))) == 3, ask.__name__
        town.session.execute(update(attachment).values(owner="system"))
        town.session.commit()


@pytest.mark.parametrize(
    ("media_type", "content", "whole"),
    [
        ("image/jpeg", JPEG, True),
        ("image/jpeg", JPEG + b"what a phone adds", True),
        ("image/jpeg", JPEG[:2] + b"\xff\xff" + JPEG[2:], True),  # fill bytes before a marker
        ("image/jpeg", JPEG[:-2], False),
        ("image/jpeg", JPEG[:8], False),
        ("image/png", PNG[:-4], False),
        ("image/png", PNG, True),
    ],
)
def test_a_picture_that_ends_too_early_is_told_at_once(media_type: str, content: bytes, whole: bool) -> None:
    """Half a scan looks like a file, and nobody could read it later."""
    found = sheets.unreadable(content, media_type)
    assert (found is None) is whole
    assert found is None or found.code == "attachment_damaged"
