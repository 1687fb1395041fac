"""Bring a database to the newest migration. Alembic is imported here and nowhere in a web process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command, op
from alembic.config import Config
from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store import roles

SCRIPTS = Path(__file__).parent.parent / "migrations"
PATIENCE = "5s"  # that a migration waits for a table, and the running release behind it


class TableBusy(roles.CannotUpgrade):
    """A table was in use for longer than a migration waits; the sentence says that it can be tried again."""


def upgrade(
    url: str, revision: str = "head", *, app_url: str | None = None, patience: str = PATIENCE
) -> None:
    """Apply every migration up to `revision`; a database that is there already is left as it is.

    `url` is the owner's; the role of `app_url`, if it is another, gets what the application needs. Raises NoSuchRole, and
    TableBusy: migrations that were done stay, another run goes on from there.
    """
    try:
        command.upgrade(config(url, patience), revision)
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise TableBusy(
            f"A table was in use for longer than {patience}: {error.statement} was not done. "
            "Run it again when less goes on; what was done before stays."
        ) from error
    if app_url is not None:
        roles.admit(url, app_url)


def config(url: str, patience: str = PATIENCE) -> Config:
    """Alembic's configuration for one database, without an ini file."""
    found = Config()
    found.set_main_option("script_location", str(SCRIPTS))
    found.attributes |= {"url": url, "patience": patience}
    return found


def index_beside_work(name: str, table: str, columns: list[str], **options: Any) -> None:
    """For migrations: an index on a table that is written to all day, built without stopping who writes.

    It commits what its migration did before, so it comes first there. What an interrupted build left behind is made anew.
    """
    with op.get_context().autocommit_block():
        op.execute("set lock_timeout = 0")  # it waits for those at work, nobody for it
        left = text("select not indisvalid from pg_index where indexrelid = to_regclass(:name)")
        if op.get_bind().scalar(left, {"name": name}):
            op.drop_index(name, table, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, if_not_exists=True, **options)
        op.execute(f"set lock_timeout = '{op.get_context().config.attributes['patience']}'")  # type: ignore[union-attr]
