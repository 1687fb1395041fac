"""The migrations are the database: one head, and nothing in the tables that they do not make."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError

from store import migrate, roles
from store.tables import metadata

BUSY = "account attachment delivery dossier event_log look_log notification outbox task timer"
UNRELEASED = "0034"  # the newest migration before those that a running release has to stand


def test_there_is_one_head() -> None:
    """Two heads would leave the order of migrations to chance."""
    assert len(ScriptDirectory.from_config(migrate.config("")).get_heads()) == 1


def test_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    """Alembic finds nothing to add, drop or alter between store/tables and a migrated database."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_twice_changes_nothing(empty_database_url: str) -> None:
    """A second start of the system finds its data as it left them."""
    migrate.upgrade(empty_database_url)
    migrate.upgrade(empty_database_url)


@pytest.fixture
def running(empty_database_url: str) -> Iterator[Engine]:
    """A database as the previous release left it."""
    migrate.upgrade(empty_database_url, UNRELEASED)
    engine = create_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_no_index_stops_who_writes_to_a_busy_table(running: Engine, empty_database_url: str) -> None:
    """A plain CREATE INDEX locks all writers out until it is built: on a table with millions of rows, for minutes."""
    plain = re.compile(rf"create (unique )?index (?!concurrently).* on ({BUSY.replace(' ', '|')}) ", re.I)
    said: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        migrate.upgrade(empty_database_url)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [one for one in said if "CONCURRENTLY" in one]
    assert [one for one in said if plain.match(one)] == []


def test_an_index_whose_build_broke_off_is_made_anew(running: Engine, empty_database_url: str) -> None:
    """PostgreSQL keeps the name of the broken one, which nothing uses and every write pays for."""
    with running.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("create table spare as values (1), (1)"))
        with pytest.raises(IntegrityError):
            connection.execute(
                text("create unique index concurrently ix_account_id_number on spare (column1)")
            )
    migrate.upgrade(empty_database_url)
    with running.connect() as connection:
        made = text(
            "select indisvalid, indrelid::regclass::text from pg_index where indexrelid = 'ix_account_id_number'::regclass"
        )
        assert connection.execute(made).one() == (True, "account")


def test_a_migration_does_not_wait_long_for_a_table(running: Engine, empty_database_url: str) -> None:
    """Whoever comes after it would wait as well, and `up` and `migrate` say so; what was done before stays, and another run goes on."""
    with running.connect() as connection:
        connection.execute(text("lock table saved_view in access share mode"))
        with pytest.raises(roles.CannotUpgrade, match="saved_view"):
            migrate.upgrade(empty_database_url, patience="20ms")
    migrate.upgrade(empty_database_url)
    with running.connect() as connection:
        assert connection.scalar(text("select count(*) from saved_view where shared")) == 0
