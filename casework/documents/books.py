"""The agencies' books of numbers: one after the other within a book and a year, never the same twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from engine.commands import CompleteTask, ResultMade
from engine.definition import Definition, Result, Step
from engine.local import LOCAL
from engine.rules.result import NUMBER_FIELD
from engine.state import State
from store.tables import result_book


def numbered(
    session: Session, command: CompleteTask, state: State, definition: Definition, now: datetime
) -> CompleteTask:
    """The command with the next numbers of the books, where a clerk registers results and has typed none.

    Numbers are taken in the command's transaction: a rejection gives them back.
    """
    task = state.tasks.get(command.task_no)
    step = definition.steps.get(task.element_id) if task else None
    if task is None or step is None or step.kind != "stamp" or command.answers.get(NUMBER_FIELD):
        return command
    given = {made.code: made for made in command.results}
    for result in definition.results:
        if (step.results and result.code not in step.results) or result.number is not None:
            continue
        made = given.get(result.code, ResultMade(result.code))
        if not made.number:
            given[result.code] = replace(made, number=next_number(session, book_of(task.agency, result, now)))
    return replace(command, results=tuple(given.values()))


@dataclass(frozen=True)
class Book:
    """One agency's book of a year; `symbol` follows the number ("58/GPXD")."""

    agency: str
    name: str
    year: int
    symbol: str | None


def book_of(agency: str, result: Result, at: datetime) -> Book:
    """The book that gives this result its number."""
    return Book(agency, result.symbol or result.code, at.astimezone(LOCAL).year, result.symbol)


def next_number(session: Session, book: Book) -> str:
    """`08/GPXD`: the smallest number that was given back, else the next one, with the book's symbol. The caller commits."""
    key = {"agency": book.agency, "book": book.name, "year": book.year}
    opened = upsert(result_book).values(**key, last=0, returned=[]).on_conflict_do_nothing()
    session.execute(opened)
    row = session.execute(select(result_book).filter_by(**key).with_for_update()).one()
    number = min(row.returned, default=row.last + 1)
    session.execute(
        update(result_book)
        .filter_by(**key)
        .values(last=max(row.last, number), returned=[one for one in row.returned if one != number])
    )
    written = f"{number:02d}"  # a 0 before what is below 10 (NĐ 30/2020/NĐ-CP, phụ lục I, mục II.3)
    return f"{written}/{book.symbol}" if book.symbol else written


def give_back(session: Session, book: Book, number: str) -> None:
    """What it was taken for came to nothing: the next one gets it, so that the book has no gap. The caller commits."""
    if not number:
        return
    session.execute(
        update(result_book)
        .filter_by(agency=book.agency, book=book.name, year=book.year)
        .values(
            returned=func.array_append(result_book.c.returned, int(number.removesuffix(f"/{book.symbol}")))
        )
    )


def results_of(definition: Definition, step: Step) -> list[Result]:
    """The results that a step makes: those it names, else all."""
    return [one for one in definition.results if not step.results or one.code in step.results]
