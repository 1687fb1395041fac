"""Pages ask the database as often as they have things to ask, not as often as they have rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from store.db import make_engine, sessions
from tests.casework.town import WARD, Town

Visitor = Callable[[str], FlaskClient]


def test_a_queue_of_twenty_costs_no_more_statements_than_one_of_two(town_url: str, visitor: Visitor) -> None:
    """Nothing is asked row by row."""
    town = Town(sessions(make_engine(town_url)))
    clerk = visitor(town.officer(WARD, "one_stop_officer").id)
    address = f"/desk/queues/{WARD}:one_stop_officer"
    town.submitted(), town.submitted()
    few = statements(clerk, address)
    for _ in range(18):
        town.submitted()
    town.session.close()
    assert statements(clerk, address) == few


def test_a_task_page_reads_its_dossier_once(town_url: str, visitor: Visitor) -> None:
    """Who may see it, its version and its rows: no statement twice."""
    town = Town(sessions(make_engine(town_url)))
    clerk = visitor(town.officer(WARD, "one_stop_officer").id)
    town.submitted()
    town.session.close()
    said = asked(clerk, "/desk/tasks/1048577")
    about = [sql for sql in said if "from dossier" in sql.lower() or "procedure_version.digest" in sql]
    assert about
    assert sorted(set(about)) == sorted(about)


def test_what_stands_around_a_page_asks_no_procedure(town_url: str, visitor: Visitor) -> None:
    """Who signs is kept with who leads: an officer who does neither pays nothing for it on every page."""
    town = Town(sessions(make_engine(town_url)))
    clerk = visitor(town.officer(WARD, "one_stop_officer").id)
    town.session.close()
    assert not [sql for sql in asked(clerk, "/notices/") if "procedure_step" in sql]


def statements(client: FlaskClient, address: str) -> int:
    return len(asked(client, address))


def asked(client: FlaskClient, address: str) -> list[str]:
    """The statements of one look at a page that was opened before."""
    client.get(address)
    with listened() as said:
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return said


@contextmanager
def listened() -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "system_clock" not in statement:  # read each half second, not each page
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield said
    event.remove(Engine, "before_cursor_execute", hear)
