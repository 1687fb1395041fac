"""The migrations are the database: one head, and nothing in the tables that they do not make."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from store import migrate
from store.tables import metadata


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
