"""The demo province with its procedures published, in a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casework import demo
from store.db import make_engine, sessions
from tests.casework.town import MORNING, Town
from tests.servers import DatabaseServer


@pytest.fixture(scope="session")
def demo_database(database_server: DatabaseServer) -> Iterator[str]:
    """A database with the demo province: the template of all others."""
    url = database_server.migrated()
    engine = make_engine(url)
    with sessions(engine)() as session:
        demo.load(session, now=MORNING)
    engine.dispose()
    yield url
    database_server.drop(url)


@pytest.fixture
def town_url(database_server: DatabaseServer, demo_database: str) -> Iterator[str]:
    url = database_server.clone(demo_database)
    yield url
    database_server.drop(url)


@pytest.fixture
def town(town_url: str) -> Iterator[Town]:
    engine = make_engine(town_url, pool_size=30, max_overflow=30)
    opened = Town(sessions(engine))
    yield opened
    opened.session.close()
    engine.dispose()
