"""The agencies' books of numbers: one after the other within a book and a year, never the same twice.

A number belongs to a document from the moment it is taken (`reserved_number`), in a transaction of its own where somebody
has to be waited for; it counts when the step is completed. A hole in a book is a row that says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from engine import papers, scope
from engine.commands import Command, CompleteTask
from engine.decision import Decision
from engine.declared import ResultMade
from engine.definition import Definition, Result
from engine.events import PaperIssued
from engine.facts import Facts
from engine.local import LOCAL
from engine.rules.result import NUMBER_FIELD
from engine.rules.tasks import effective
from engine.state import State
from store.load import Loaded
from store.tables import dossier, reserved_number, result_book, slip


def numbered(
    session: Session,
    loaded: Loaded,
    command: CompleteTask,
    definition: Definition,
    facts: Facts,
    now: datetime,
) -> CompleteTask:
    """The command with the next numbers of the books, where a clerk registers results and has typed none.

    Numbers are taken in the command's transaction: a rejection gives them back.
    """
    task = loaded.state.tasks.get(command.task_no)
    step = definition.steps.get(task.element_id) if task else None
    if task is None or step is None or step.kind != "stamp" or command.answers.get(NUMBER_FIELD):
        return command
    if command.outcome not in (None, effective(step)):
        return command  # what goes back gets no number
    given = {made.code: made for made in command.results}
    known = scope.values(loaded.state, loaded.document, facts, now)
    for result in papers.of_step(definition.results, step, known):
        if result.number is not None:
            continue
        made = given.get(result.code, ResultMade(result.code))
        if not made.number:
            book = book_of(task.agency, result, now)
            given[result.code] = replace(made, number=reserve(session, book, loaded.id, result.code, now))
    _used(session, loaded.id, given.values())
    return replace(command, results=tuple(given.values()))


def number_slips(
    session: Session,
    dossier_id: int,
    command: Command,
    before: State,
    definition: Definition,
    after: Decision,
    now: datetime,
) -> None:
    """Mẫu 02-04 that a command issues get the next number of the book of who issues them, in the command's transaction.

    What nobody gave (a time limit ran out) waits for a leader's signature.
    """
    papers = [
        event.paper for event in after.events if isinstance(event, PaperIssued) and event.paper in SLIPS
    ]
    if not papers:
        return
    task = before.tasks.get(command.task_no) if isinstance(command, CompleteTask) else None
    step = definition.steps.get(task.element_id) if task else None
    at_counter = step is not None and step.kind == "receive"
    agency = before.via if before.via and at_counter else before.agency
    decided = any(
        stage != "drafted" for stage in before.results.values()
    )  # then who signed that signs the refusal
    for paper in papers:
        nobody = command.by.kind != "officer" and not (paper == "03" and decided)
        book = Book(agency, SLIPS[paper], now.astimezone(LOCAL).year, SLIPS[paper])
        number = reserve(session, book, dossier_id, f"mau-{paper}", now)
        _used(session, dossier_id, [ResultMade(f"mau-{paper}", number=number)])
        row = {"dossier_id": dossier_id, "seq": after.state.seq, "paper": paper, "number": number}
        row |= {"agency": agency, "waits_for": "signature" if nobody else ""}
        session.execute(insert(slip).values(row))


SLIPS = {"02": "HDHS", "03": "TCHS", "04": "PXL"}
"""Paper → what follows its number (TT 01/2018/TT-VPCP, annex)."""


@dataclass(frozen=True)
class Book:
    """One agency's book of a year; `symbol` follows the number ("58/GPXD")."""

    agency: str
    name: str
    year: int
    symbol: str | None


def book_of(agency: str, result: Result, at: datetime) -> Book:
    """The book that gives this result its number."""
    return Book(
        agency, result.symbol or papers.of_manifest(result.code), at.astimezone(LOCAL).year, result.symbol
    )


def reserve(session: Session, book: Book, dossier_id: int, code: str, now: datetime) -> str:
    """`08/GPXD`: the document's number, with the book's symbol: the one it has already, else the smallest that is free.

    The caller commits soon: the book is locked until then.
    """
    key = {"agency": book.agency, "book": book.name, "year": book.year}
    opened = upsert(result_book).values(**key, last=0, returned=[]).on_conflict_do_nothing()
    session.execute(opened)
    row = session.execute(select(result_book).filter_by(**key).with_for_update()).one()
    mine = session.scalar(
        select(reserved_number.c.number)
        .filter_by(**key, dossier_id=dossier_id, code=code)
        .order_by(reserved_number.c.number)
        .limit(1)
    )
    if mine is not None:
        return _written(book, mine)
    left = session.scalars(  # by documents that can never use it: their dossier has ended
        select(reserved_number.c.number)
        .join(dossier, dossier.c.id == reserved_number.c.dossier_id)
        .filter(*(reserved_number.c[name] == value for name, value in key.items()), dossier.c.closed)
    ).all()
    number = min([*row.returned, *left], default=row.last + 1)
    session.execute(
        update(result_book)
        .filter_by(**key)
        .values(last=max(row.last, number), returned=[one for one in row.returned if one != number])
    )
    whose = {"dossier_id": dossier_id, "code": code, "taken_at": now}
    taken = upsert(reserved_number).values(**key, number=number, **whose)
    session.execute(taken.on_conflict_do_update(constraint=reserved_number.primary_key, set_=whose))
    return _written(book, number)


def _used(session: Session, dossier_id: int, results: Iterable[ResultMade]) -> None:
    """Their numbers count from now on: the register has them."""
    for made in results:
        figures = made.number.partition("/")[0]
        if figures.isascii() and figures.isdigit() and len(figures) < 10:
            mine = {"dossier_id": dossier_id, "code": made.code, "number": int(figures)}
            session.execute(delete(reserved_number).filter_by(**mine))


def _written(book: Book, number: int) -> str:
    written = f"{number:02d}"  # a 0 before what is below 10 (NĐ 30/2020/NĐ-CP, phụ lục I, mục II.3)
    return f"{written}/{book.symbol}" if book.symbol else written
