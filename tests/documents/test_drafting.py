"""Texts of several documents of one result: each is drafted by itself, from what was once said of all."""

from __future__ import annotations

from dataclasses import replace

from casework.documents import drafting
from casework.documents.drafting import Version
from engine import papers
from engine.definition import Result, TextPart, Value
from store.queries import dossiers
from tests.casework.town import WARD, Town

COPIES = Result(
    "ban_sao",
    "Bản sao",
    texts=(TextPart("loi", "Lời", value=Value.of("=item")),),
    each=Value.of('=["Bằng", "Sổ"]'),
)
DIPLOMA, BOOK = papers.documents(COPIES, {})


def texts(town: Town, code: str, result: Result) -> list[tuple[int, str]]:
    """The versions of a document, newest first."""
    return [
        (one.number, one.texts["loi"])
        for one in drafting.versions(town.session, id_of(town, code), result.code)
    ]


def save(town: Town, code: str, result: Result, said: str, seen: int) -> None:
    officer = town.officer(WARD, "civil_status_officer")
    kept = drafting.save(
        town.session, officer, id_of(town, code), result, {"loi": said}, seen=seen, now=town.now
    )
    assert isinstance(kept, Version), kept


def id_of(town: Town, code: str) -> int:
    found = dossiers.ids(town.session, code)
    assert found is not None
    return found


def test_what_is_written_of_one_document_leaves_the_others_as_they_are(town: Town) -> None:
    code = town.submitted()
    save(town, code, DIPLOMA, "Bằng tốt nghiệp", 0)
    assert texts(town, code, DIPLOMA) == [(1, "Bằng tốt nghiệp")]
    assert texts(town, code, BOOK) == []
    begun = drafting.current(town.session, id_of(town, code), BOOK, now=town.now)
    assert begun.texts == {"loi": "Sổ"}


def test_a_text_once_kept_for_all_is_where_each_goes_on_from(town: Town) -> None:
    """An earlier release kept one text for all documents of a result; a step that named it by digest finds it."""
    code = town.submitted()
    save(town, code, replace(COPIES, item="Bằng"), "Chung", 0)
    (shared,) = drafting.versions(town.session, id_of(town, code), BOOK.code)
    save(town, code, BOOK, "Sổ hộ khẩu", 1)
    assert texts(town, code, BOOK) == [(2, "Sổ hộ khẩu"), (1, "Chung")]
    assert texts(town, code, DIPLOMA) == [(1, "Chung")]
    pinned = drafting.pinned(town.session, id_of(town, code), BOOK, shared.digest, now=town.now)
    assert pinned == shared
