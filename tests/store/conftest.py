"""A session on a fresh, migrated database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from store.db import make_engine, sessions


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engine = make_engine(database_url)
    with sessions(engine)() as opened:
        yield opened
    engine.dispose()
