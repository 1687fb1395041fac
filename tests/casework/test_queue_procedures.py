"""What lies where, told from indexes: a queue's procedures, an agency's work by step, what holds a word (store/queries)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine.commands import ClaimTask, WithdrawDossier
from store.queries import agency, counter, inbox, words
from store.queries.dossiers import lists
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
    (step,) = agency.work(town.session, WARD, now=town.now)["steps"]
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


@pytest.mark.parametrize("few", [0, 9], ids=["common", "rare"])
def test_a_word_is_found_in_live_work_however_many_hold_it(
    town: Town, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Looked up first or met on the way through the list; a closed dossier is not even looked up."""
    monkeypatch.setattr(words, "FEW", few)
    code, gone = town.submitted(), town.submitted()
    town.give(gone, WithdrawDossier(town.applicant(), "Không cần nữa"))
    name = town.applicant().name
    clerk = town.officer(*QUEUE)

    def found(q: str) -> tuple[list[str], list[str]]:
        queue = inbox.page(town.session, clerk, *QUEUE, now=town.now, q=q)["items"]
        desk = counter.waiting(town.session, [WARD, "H23.30.01"], "receive", q=q)
        return [row["dossier"] for row in queue], [row["dossier"] for row in desk]

    assert found(name) == ([code], [code])
    assert found("Nobody") == ([], [])
    open_ones = text("select d.code from dossier_sight s join dossier d on d.id = s.dossier_id where s.open")
    assert set(town.session.scalars(open_ones)) == {code}


@pytest.mark.parametrize("few", [0, 9], ids=["common", "rare"])
@pytest.mark.parametrize("limit", [1, 9], ids=["more than a page", "all of them"])
def test_words_find_an_agencys_dossiers_however_many_hold_them(
    town: Town, monkeypatch: pytest.MonkeyPatch, few: int, limit: int
) -> None:
    """Newest first, whole words but the last; the same ones met on the way as looked up."""
    monkeypatch.setattr(lists, "FEW", few)
    first, second = town.submitted(), town.submitted()
    clerk = town.officer(*QUEUE)

    def found(q: str) -> list[str]:
        return [row["code"] for row in lists.page(town.session, clerk, q=q, limit=limit)["items"]]

    name = town.applicant().name
    assert found(name) == found(name[:-1]) == [second, first][:limit]
    assert found(first) == [first]
    assert found(f"{name[1:]} {name}") == found(f"{name} nobody") == []


@pytest.mark.parametrize(
    ("stretches", "expected"), [(1, False), (2, True)], ids=["one stretch", "a stretch more"]
)
def test_words_are_common_if_as_many_as_wanted_are_met_in_the_stretches(
    town: Town, monkeypatch: pytest.MonkeyPatch, stretches: int, expected: bool
) -> None:
    """Each stretch goes on behind the last one met; words that the first does not meet at all are rare."""
    monkeypatch.setattr(words, "NEWEST", 1)
    monkeypatch.setattr(words, "STRETCHES", stretches)
    first, _ = town.submitted(), town.submitted()
    assert words.common(town.session, WARD, town.applicant().name, 1) is expected
    assert not words.common(town.session, WARD, first, 0)


def test_what_can_be_shared_out_is_of_the_role_alone(town: Town) -> None:
    """The most urgent that nobody holds, the least urgent of each officer; other roles' work is not looked at."""
    first, second, third = town.submitted(), town.submitted(), town.submitted()
    clerk = town.officer(*QUEUE)
    for code in (second, third):
        town.give(code, ClaimTask(clerk, town.task_no(code, "tiep_nhan")))
    found = agency.to_share(town.session, *QUEUE, [clerk.id], most=1)
    assert [(row["dossier"], row["assignee"]) for row in found] == [(first, None), (third, clerk.id)]
    assert agency.to_share(town.session, WARD, "leader", [clerk.id], most=9) == []
