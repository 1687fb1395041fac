"""The counter's register: which dossiers of which days stand in it."""

from __future__ import annotations

from datetime import date

from casework import registers
from store.queries import people
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
