"""What the application's role may do in the database: read and write rows. It owns nothing, so it drops no trigger.

`./motcua migrate` runs as the owner and calls `admit` afterwards. Without a second role (DATABASE_URL names the owner) the
triggers still refuse to change the log, but who holds that role could drop them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

WRITTEN_ONCE = ("event_log", "sealed_root", "sealed_head", "look_log")
READ_ONLY = ("alembic_version",)
IMMUTABLE = {
    "procedure_version": ("state", "english", "english_digest", "english_by", "english_at")
}  # table: the only columns that change

GRANTS = """
    grant usage on schema public to {role};
    revoke create on schema public from public, {role};
    revoke all on all tables in schema public from {role};
    grant select, insert, update, delete on all tables in schema public to {role};
    grant usage, select on all sequences in schema public to {role};
"""


class CannotUpgrade(Exception):
    """The database cannot be brought to this release now; the sentence says what is in the way."""


class NoSuchRole(CannotUpgrade):
    """The role that DATABASE_URL names does not exist; the sentence says how to make it."""


def admit(owner_url: str, app_url: str) -> None:
    """Give the role of `app_url` what it needs in the owner's database, and nothing more; again after each migration.

    Nothing to do where both name one role. Raises NoSuchRole.
    """
    role = make_url(app_url).username
    with psycopg.connect(_libpq(owner_url)) as connection:
        owner = connection.execute("select current_user").fetchone()
        if role is None or owner == (role,):
            return
        if not connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
            raise NoSuchRole(
                f"The role {role} does not exist. As a superuser: create role {role} login password '…'"
            )
        for statement in _statements(role):
            connection.execute(statement)


def create(owner_url: str, role: str) -> None:
    """Make the role if it is not there: on this machine's own server only, where the socket's folder is the key."""
    with psycopg.connect(_libpq(owner_url), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))


def _statements(role: str) -> Iterator[sql.Composed]:
    yield sql.SQL(GRANTS).format(role=sql.Identifier(role))
    for table in WRITTEN_ONCE:
        yield _rule("revoke update, delete on {table} from {role}", role, table)
    for table in READ_ONLY:
        yield _rule("revoke insert, update, delete on {table} from {role}", role, table)
    for table, columns in IMMUTABLE.items():
        yield _rule("revoke update, delete on {table} from {role}", role, table)
        for column in columns:
            yield _rule("grant update ({column}) on {table} to {role}", role, table, column)


def _rule(words: LiteralString, role: str, table: str, column: str = "-") -> sql.Composed:
    named = {"role": role, "table": table, "column": column}
    return sql.SQL(words).format(**{name: sql.Identifier(value) for name, value in named.items()})


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
