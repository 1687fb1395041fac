"""Web and workers own nothing: what is written once they cannot change, not even with their own SQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from store import migrate, roles
from tests.servers import DatabaseServer

pytestmark = pytest.mark.skipif(
    "MOTCUA_TEST_DATABASE_URL" in os.environ and "MOTCUA_TEST_APP_URL" not in os.environ,
    reason="the external server has one role for all",
)

FORBIDDEN = """
update event_log set actor = 'x'
delete from event_log
truncate event_log
insert into alembic_version values ('x')
update alembic_version set version_num = 'x'
update sealed_root set root = ''
delete from sealed_head
delete from look_log
update look_log set account = 'x'
alter table event_log disable trigger append_only
alter table event_log disable trigger all
drop trigger append_only on event_log
drop table event_log
alter table event_log owner to current_user
create table mine (id int)
create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'
drop function refuse_change() cascade
set session_replication_role = replica
alter role current_user superuser
set role {owner}
update procedure_version set manifest = '{}'
delete from procedure_version
""".strip().splitlines()


@pytest.fixture(scope="module")
def application(database_server: DatabaseServer) -> Iterator[Engine]:
    url = database_server.migrated()
    engine = create_engine(database_server.as_application(url))
    yield engine
    engine.dispose()
    database_server.drop(url)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_may_not(
    application: Engine, database_server: DatabaseServer, statement: str
) -> None:
    asked = statement.format(owner=database_server.base.username) if "{owner}" in statement else statement
    with (
        pytest.raises(DBAPIError, match=r"permission denied|must be (the )?owner|must be superuser"),
        application.begin() as connection,
    ):
        connection.execute(text(asked))


def test_it_may_do_its_work(application: Engine) -> None:
    """Rows are added to what is written once, and everything else is read and written."""
    at = {"at": datetime(2023, 6, 15, tzinfo=UTC)}
    with application.begin() as connection:
        connection.execute(text("insert into sealed_root (at, heads, root) values (:at, 0, '')"), at)
        look = "insert into look_log (at, account, page, dossiers) values (:at, '', '', '{}')"
        connection.execute(text(look), at)
        connection.execute(text("update procedure_version set state = 'retired' where false"))
        connection.execute(text("update answers set body = null"))
        connection.execute(text("delete from notification"))
        assert connection.scalar(text("select count(*) from alembic_version")) == 1
        assert connection.scalar(text("select nextval(pg_get_serial_sequence('dossier', 'id'))")) == 1


def test_a_role_that_is_not_there_is_named(empty_database_url: str) -> None:
    """With an external server its administrator makes it, with a password."""
    stranger = make_url(empty_database_url).set(username="nobody_knows").render_as_string()
    with pytest.raises(roles.NoSuchRole, match="nobody_knows"):
        migrate.upgrade(empty_database_url, app_url=stranger)


def test_one_role_for_all_is_possible(database_url: str) -> None:
    """DATABASE_URL alone: the application owns its tables, as before."""
    migrate.upgrade(database_url, app_url=database_url)
