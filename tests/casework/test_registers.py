"""The counter's register: which dossiers of which days stand in it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from casework import registers
from store.queries import cursor as keyset
from store.queries import documents, people
from tests.casework.town import WARD, Town

DAY = date(2023, 6, 15)


def test_the_register_holds_what_was_received_in_its_days(town: Town) -> None:
    """By the day of reception, both ends included; what waits for reception is not in it, nor what others received."""
    code = town.received()
    town.submitted()
    found = registers.rows(town.session, WARD, DAY, DAY)
    assert [row["code"] for row in found] == [code]
    applicant = people.contact(town.session, town.applicant().id)
    assert (found[0]["applicant"], found[0]["phone"]) == (applicant["name"], applicant["phone"])
    assert registers.returned_at(found[0]) is None
    assert registers.rows(town.session, WARD, date(2023, 6, 14), date(2023, 6, 14)) == []
    assert registers.rows(town.session, "H23.30.01", DAY, DAY) == []


def test_a_period_is_in_order_and_a_month_at_most() -> None:
    """Whatever the address says, one page never asks for years."""
    assert registers.period(date(2023, 6, 20), DAY) == (DAY, date(2023, 6, 20))
    first, last = registers.period(date(2001, 1, 1), DAY)
    assert ((last - first).days, last) == (30, DAY)


def numbers(town: Town, cursor: str | None) -> tuple[list[str], str | None]:
    found = documents.register(
        town.session, [WARD, "H23.30.01"], since=DAY, until=date(2023, 6, 16), cursor=cursor, limit=2
    )
    return [row["number"] for row in found["items"]], found["next"]


def test_results_stand_page_by_page_in_the_order_of_days_and_numbers(town: Town) -> None:
    """2 before 10; nothing twice, nothing left out, also where two agencies' days meet."""
    one, other = town.submitted(), town.submitted()
    given = [(one, "a", WARD, 15, "10"), (one, "b", WARD, 15, "2"), (one, "c", "H23.30.01", 15, "3")]
    given += [(other, "a", WARD, 16, "11"), (other, "b", WARD, 16, "11"), (other, "c", WARD, 17, "12")]
    with town.owner() as connection:
        for code, result, agency, day, number in given:
            connection.execute(
                text(
                    "insert into result (dossier_id, code, stage, number, agency, issued_on)"
                    " select id, :result, 'handed', :number, :agency, :day from dossier where code = :code"
                ),
                {
                    "code": code,
                    "result": result,
                    "agency": agency,
                    "day": date(2023, 6, day),
                    "number": number,
                },
            )
    first, second = numbers(town, None)
    third, fourth = numbers(town, second)
    assert (first, third, numbers(town, fourth)) == (["2", "3"], ["10", "11"], (["11"], None))


@pytest.mark.parametrize(
    "keys", [("2023-06-15", 1, "\0", 1, "a"), ("heute", 1, "1", 1, "a"), ("2023-06-15", "x")]
)
def test_a_page_that_does_not_exist_is_the_first(town: Town, keys: tuple[object, ...]) -> None:
    """An address that somebody changed."""
    assert numbers(town, keyset.encode(*keys)) == ([], None)
