"""A command's rows are merged in memory and written as one statement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from store import tables
from store.changes import Changes

NOON = datetime(2023, 6, 15, 5, tzinfo=UTC)


def notice(number: int, **values: object) -> dict[str, object]:
    return {"id": number, "at": NOON, "channel": "page", "topic": "t", **values}


def rows(session: Session, *columns: str) -> list[tuple[object, ...]]:
    chosen = [tables.notification.c[name] for name in columns]
    return [tuple(row) for row in session.execute(select(*chosen).order_by(tables.notification.c.id))]


@pytest.fixture
def notices(session: Session) -> Session:
    """Three rows that are there already; `notification.id` is given, so the identity is overruled."""
    session.connection().exec_driver_sql("alter table notification alter id drop identity")
    session.execute(insert(tables.notification), [notice(n, subject=f"s{n}") for n in (1, 2, 3)])
    return session


def test_all_kinds_of_change_go_in_one_statement(notices: Session) -> None:
    """Adding, altering and removing rows of several shapes is one round trip."""
    changes = Changes()
    changes.add(tables.notification, notice(4, subject="new"))
    changes.add(tables.notification, notice(5))
    changes.alter(tables.notification, {"id": 1}, subject="altered", read_at=NOON)
    changes.alter(tables.notification, {"id": 1}, body="again")
    changes.remove(tables.notification, {"id": 2})
    changes.write(notices)
    expected = [(1, "altered", "again"), (3, "s3", ""), (4, "new", ""), (5, "", "")]
    assert rows(notices, "id", "subject", "body") == expected


def test_a_row_added_and_altered_by_one_command_is_written_once(notices: Session) -> None:
    """A statement may not touch a row twice: the change is merged into the new row."""
    changes = Changes()
    changes.add(tables.notification, notice(4))
    changes.alter(tables.notification, {"id": 4}, subject="merged")
    changes.write(notices)
    assert rows(notices, "id", "subject")[-1] == (4, "merged")


def test_a_row_added_and_removed_by_one_command_never_was(notices: Session) -> None:
    """What begins and ends within a command leaves no row."""
    changes = Changes()
    changes.add(tables.notification, notice(4))
    changes.remove(tables.notification, {"id": 4})
    changes.write(notices)
    assert len(rows(notices, "id")) == 3


def test_a_row_removed_and_added_again_is_replaced(notices: Session) -> None:
    """A timer that is disarmed and armed anew by one command keeps its id."""
    changes = Changes()
    changes.remove(tables.notification, {"id": 2})
    changes.add(tables.notification, notice(2, subject="anew"))
    changes.write(notices)
    assert rows(notices, "id", "subject")[1] == (2, "anew")


def test_a_clash_is_an_error_unless_the_row_may_be_there(notices: Session) -> None:
    """`keep` leaves the old row, `replace` takes the new values, the default refuses."""
    changes = Changes()
    changes.add(tables.notification, notice(1, subject="kept?"), "keep")
    changes.add(tables.notification, notice(2, subject="replaced"), "replace")
    changes.write(notices)
    assert rows(notices, "subject")[:2] == [("s1",), ("replaced",)]
    twice = Changes()
    twice.add(tables.notification, notice(3))
    with pytest.raises(UniqueViolation):
        twice.write(notices)


def test_a_condition_may_ask_for_null(notices: Session) -> None:
    """The open hand-over of a task is the one without an end."""
    changes = Changes()
    changes.alter(tables.notification, {"id": 3, "read_at": None}, read_at=NOON)
    changes.write(notices)
    again = Changes()
    again.alter(tables.notification, {"id": 3, "read_at": None}, subject="not touched")
    again.write(notices)
    assert rows(notices, "subject", "read_at")[2] == ("s3", NOON)


def test_json_columns_keep_null_text_and_structure(session: Session) -> None:
    """None is SQL's null; everything else is JSON as it stands."""
    changes = Changes()
    for topic, result in (("a", None), ("b", "text"), ("c", {"vi": "Đã gửi", "n": [1, 2.5, None]})):
        row = {"job_id": f"00000000-0000-0000-0000-00000000000{topic}", "topic": topic, "run_at": NOON}
        changes.add(tables.outbox, row | {"payload": {}, "result": result})
    changes.write(session)
    found = session.execute(select(tables.outbox.c.topic, tables.outbox.c.result).order_by("topic")).all()
    assert [tuple(row) for row in found] == [
        ("a", None),
        ("b", "text"),
        ("c", {"vi": "Đã gửi", "n": [1, 2.5, None]}),
    ]
    nulls = select(func.count()).where(tables.outbox.c.result.is_(None)).select_from(tables.outbox)
    assert session.scalar(nulls) == 1
