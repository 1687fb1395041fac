"""Which book gives a document its number, and when none does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from casework.documents import books
from engine import papers
from engine.commands import CompleteTask
from engine.definition import Result, Value
from tests.builders import COMMUNE, at, step
from tests.engine.case import given
from tests.engine.procedures import ONE_STOP, simple


def test_the_documents_of_one_result_are_in_one_book() -> None:
    copies = Result("ban_sao", "Bản sao", each=Value.of("=[1, 2]"))
    first, second = papers.documents(copies, {})
    noon = at("2023-06-15 12:00")
    assert books.book_of(COMMUNE, first, noon) == books.book_of(COMMUNE, second, noon)
    assert books.book_of(COMMUNE, second, noon).name == "ban_sao"


def test_what_goes_back_takes_no_number() -> None:
    definition = simple(steps={"tra": step("stamp", ONE_STOP, outcomes="done return")})
    case = given(definition).does("nhan", "accept").does("tham_dinh", "approve").does("ky", "sign")
    task = case.task("tra")
    back = CompleteTask(case.holder(task), task.no, "return", note="sai tên")
    loaded: Any = SimpleNamespace(state=case.state, id=1, document=case.document())
    no_books: Any = None  # looking into one would fail
    assert books.numbered(no_books, loaded, back, definition, case.facts, case.now) == back
