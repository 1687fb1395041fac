"""The agencies' books of numbers: one after the other within a book and a year, never the same twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from engine.commands import CompleteTask, ResultMade
from engine.definition import Definition, Result, Step
from engine.rules.result import NUMBER_FIELD
from engine.state import State
from store.tables import result_book

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


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
            given[result.code] = replace(made, number=next_number(session, task.agency, result, now))
    return replace(command, results=tuple(given.values()))


def next_number(session: Session, agency: str, result: Result, now: datetime) -> str:
    """`58/GPXD`: the next number of the agency's book of the year, with its symbol. The caller commits."""
    book = {"agency": agency, "book": result.symbol or result.code, "year": now.astimezone(LOCAL).year}
    row = upsert(result_book).values(**book, last=1)
    row = row.on_conflict_do_update(
        index_elements=["agency", "book", "year"], set_={"last": result_book.c.last + 1}
    )
    number = session.execute(row.returning(result_book.c.last)).scalar_one()
    return f"{number}/{result.symbol}" if result.symbol else str(number)


def results_of(definition: Definition, step: Step) -> list[Result]:
    """The results that a step makes: those it names, else all."""
    return [one for one in definition.results if not step.results or one.code in step.results]
