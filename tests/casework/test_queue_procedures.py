"""What lies where, told from indexes: a queue's procedures, an agency's work by step (store/queries)."""

from __future__ import annotations

from sqlalchemy import text

from store.queries import agency, inbox
from tests.casework.town import WARD, Town

QUEUE = (WARD, "one_stop_officer")


def test_a_queue_names_the_procedures_that_lie_in_it(town: Town) -> None:
    """Once each, and none of another role's queue."""
    assert inbox.procedures(town.session, *QUEUE) == []
    town.submitted()
    town.submitted()
    assert [one["code"] for one in inbox.procedures(town.session, *QUEUE)] == ["1.001193"]
    assert listed(town) == 2
    assert inbox.procedures(town.session, WARD, "leader") == []


def test_work_that_the_previous_release_opened_is_counted_too(town: Town) -> None:
    """Its tasks name no procedure; the dossier does."""
    town.submitted()
    town.submitted()
    with town.owner() as connection:
        connection.execute(
            text("update task set procedure_code = null where id = (select min(id) from task)")
        )
    town.session.rollback()
    (step,) = agency.steps(town.session, WARD, now=town.now)
    assert (step["procedure_code"], step["open"]) == ("1.001193", 2)
    with town.owner() as connection:
        connection.execute(text("update task set procedure_code = null"))
    town.session.rollback()
    assert [one["code"] for one in inbox.procedures(town.session, *QUEUE)] == ["1.001193"]
    assert listed(town) == 2


def listed(town: Town, procedure: str = "1.001193") -> int:
    clerk = town.officer(*QUEUE)
    return len(inbox.page(town.session, clerk, *QUEUE, now=town.now, procedure=procedure)["items"])


def test_a_queue_is_narrowed_to_one_procedure(town: Town) -> None:
    """And to none of another's tasks."""
    town.submitted()
    assert (listed(town), listed(town, "2.000815")) == (1, 0)


def test_an_agencys_most_urgent_come_first_whatever_their_role(town: Town) -> None:
    """Of all its queues together, as many as are asked for; narrowed to nobody's where wanted."""
    town.received()
    town.submitted()
    both = agency.tasks(town.session, WARD, now=town.now)
    assert {row["role"] for row in both} == {"one_stop_officer", "civil_status_officer"}
    assert [row["due_at"] for row in both] == sorted(row["due_at"] for row in both)
    assert agency.tasks(town.session, WARD, now=town.now, limit=1) == both[:1]
    assert agency.tasks(town.session, WARD, now=town.now, officer="") == both
