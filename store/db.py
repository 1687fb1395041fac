"""Connections: `db` for the Flask application, `make_engine` and `sessions` for workers, commands and tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from store.tables import metadata

# Rows are plain: statements and appliers, no mapped classes; the session is a transaction with a connection.
ENGINE_OPTIONS: dict[str, object] = {
    "hide_parameters": True,  # a traceback in a log names no person
    "pool_pre_ping": True,  # a restarted database costs nobody an error page
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
    "connect_args": {"options": "-c timezone=UTC"},
}

db = SQLAlchemy(
    metadata=metadata, engine_options=dict(ENGINE_OPTIONS), session_options={"expire_on_commit": False}
)


class Connection(psycopg.Connection[Any]):
    """Keeps its prepared statements when a transaction in which nothing failed is rolled back.

    psycopg forgets all of them (and tells the server, in one more round trip), in case the transaction had made
    tables. Ours never do, and every page that only reads ends in a rollback: nothing would ever stay prepared.
    """

    def rollback(self) -> None:
        with self.lock:
            if self.pgconn.transaction_status == TransactionStatus.INTRANS:
                self.pgconn.exec_(b"rollback")
        super().rollback()  # does nothing if that went well


PREPARED = 300
"""Statements that a connection keeps prepared: a walk through every page uses some 125, past psycopg's 100 each next one drops
another."""


def _connect(_dialect: object, _record: object, given: list[Any], named: dict[str, Any]) -> Connection:
    connection = Connection.connect(*given, **named)
    connection.prepared_max = PREPARED
    return connection


event.listen(Engine, "do_connect", _connect)


def make_engine(url: str, **options: object) -> Engine:
    """An engine on PostgreSQL with the house's JSON codec; `options` as for sqlalchemy.create_engine."""
    return create_engine(url, **(ENGINE_OPTIONS | options))


def sessions(engine: Engine) -> Callable[[], Session]:
    """A factory of sessions: `with sessions(engine)() as session: …`."""
    return sessionmaker(engine, expire_on_commit=False)
