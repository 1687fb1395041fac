"""Real servers for tests: one embedded PostgreSQL and one Valkey per session, a fresh database per test.

A database is a clone of a template that was migrated once (about 30 ms), so tests share nothing.
`MOTCUA_TEST_DATABASE_URL` points the same suite at an external PostgreSQL 15 or newer: its user must own the right to
create databases. `MOTCUA_TEST_APP_URL` names the application's own role there; without it the owner plays that part too.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import redis
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from cli import embedded
from store import roles


def as_owner(url: URL) -> URL:
    """The same database for who owns its tables."""
    external = os.environ.get("MOTCUA_TEST_DATABASE_URL")
    if not external:
        return url.set(username=embedded.USER)
    owner = make_url(external)
    return url.set(username=owner.username, password=owner.password)


class DatabaseServer:
    """Gives out databases on one PostgreSQL server and takes them back."""

    def __init__(self, base: URL) -> None:
        self.base = base
        self._serial = itertools.count(1)
        self._template: str | None = None

    def empty(self) -> str:
        """URL of a new database with nothing in it."""
        return self._create("template0")

    def migrated(self) -> str:
        """URL of a new database with every migration applied."""
        from store import migrate

        if self._template is None:
            template = self._create("template0")
            if not os.environ.get("MOTCUA_TEST_DATABASE_URL"):
                roles.create(template, embedded.APP)
            migrate.upgrade(template, app_url=self.as_application(template))
            self._template = template
        return self._create(str(make_url(self._template).database))

    def as_application(self, url: str) -> str:
        """The same database for the application's role."""
        if not os.environ.get("MOTCUA_TEST_DATABASE_URL"):
            app = URL.create("postgresql", username=embedded.APP)
        elif given := os.environ.get("MOTCUA_TEST_APP_URL"):
            app = make_url(given)
        else:
            return url
        there = make_url(url).set(username=app.username, password=app.password)
        return there.render_as_string(hide_password=False)

    def clone(self, url: str) -> str:
        """URL of a new database with everything that another holds; nobody may be connected to that one."""
        return self._create(str(make_url(url).database))

    def drop(self, url: str) -> None:
        name = sql.Identifier(str(make_url(url).database))
        self._execute(sql.SQL("drop database if exists {} with (force)").format(name))

    def close(self) -> None:
        if self._template:
            self.drop(self._template)

    def _create(self, template: str) -> str:
        name = f"motcua_test_{os.getpid()}_{next(self._serial)}"
        # Half the work of writing a copy to the log, where a checkpoint does not wait for a disk.
        strategy = "wal_log" if os.environ.get("MOTCUA_TEST_DATABASE_URL") else "file_copy"
        command = sql.SQL("create database {} template {} strategy {}")
        names = map(sql.Identifier, (name, template, strategy))
        self._execute(command.format(*names))
        return self.base.set(database=name).render_as_string(hide_password=False)

    def _execute(self, command: sql.Composed) -> None:
        libpq = self.base.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(libpq, autocommit=True) as connection:
            connection.execute(command)


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServer]:
    """The session's PostgreSQL."""
    external = os.environ.get("MOTCUA_TEST_DATABASE_URL")
    postgres = None
    if external:
        base = make_url(external).set(drivername="postgresql+psycopg")
    else:
        postgres = embedded.Postgres(tmp_path_factory.mktemp("postgres"), durable=False)
        postgres.start()
        base = make_url(postgres.url("postgres"))
    server = DatabaseServer(base)
    try:
        yield server
    finally:
        server.close()
        if postgres:
            postgres.stop()


@pytest.fixture
def empty_database_url(database_server: DatabaseServer) -> Iterator[str]:
    """A new, empty database: for tests of the migrations themselves."""
    url = database_server.empty()
    yield url
    database_server.drop(url)


@pytest.fixture
def database_url(database_server: DatabaseServer) -> Iterator[str]:
    """A new database with every migration applied, for one test."""
    url = database_server.migrated()
    yield url
    database_server.drop(url)


@pytest.fixture(scope="module")
def module_database_url(database_server: DatabaseServer) -> Iterator[str]:
    """A new database with every migration applied, shared by the tests of one module."""
    url = database_server.migrated()
    yield url
    database_server.drop(url)


@pytest.fixture(scope="session")
def demo_database(database_server: DatabaseServer) -> Iterator[str]:
    """A database with the demo province and its procedures: the template of others (`database_server.clone`).

    Its passwords are hashed as cheaply as argon2 allows, for tests sign in often.
    """
    from argon2 import PasswordHasher
    from sqlalchemy import update

    from casework import demo, demo_data
    from store.db import make_engine, sessions
    from store.tables import account

    url = database_server.migrated()
    engine = make_engine(url)
    with sessions(engine)() as session:
        demo.load(session, now=datetime(2023, 6, 15, 1, 30, tzinfo=UTC))
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(demo_data.read().password)
        session.execute(update(account).values(password_hash=cheap))
        session.commit()
    engine.dispose()
    yield url
    database_server.drop(url)


@pytest.fixture
def town_url(database_server: DatabaseServer, demo_database: str) -> Iterator[str]:
    """The demo province in a database of its own for one test, as the application's role reaches it."""
    url = database_server.clone(demo_database)
    yield database_server.as_application(url)
    database_server.drop(url)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Valkey]:
    """The session's Valkey."""
    server = embedded.Valkey(Path(tmp_path_factory.mktemp("valkey")))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(valkey: embedded.Valkey) -> str:
    """URL of a Valkey that holds nothing when the test begins."""
    client = redis.Redis.from_url(valkey.url)
    client.flushall()
    client.close()
    return valkey.url
