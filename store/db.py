"""Connections: `db` for the Flask application, `make_engine` and `sessions` for workers, commands and tests."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, create_engine
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


def make_engine(url: str, **options: object) -> Engine:
    """An engine on PostgreSQL with the house's JSON codec; `options` as for sqlalchemy.create_engine."""
    return create_engine(url, **(ENGINE_OPTIONS | options))


def sessions(engine: Engine) -> Callable[[], Session]:
    """A factory of sessions: `with sessions(engine)() as session: …`."""
    return sessionmaker(engine, expire_on_commit=False)
