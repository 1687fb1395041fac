"""The demo province through the gate, without a web in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.db import make_engine, sessions
from tests.casework.town import Town


@pytest.fixture
def town(town_url: str) -> Iterator[Town]:
    engine = make_engine(town_url, pool_size=30, max_overflow=30)
    opened = Town(sessions(engine))
    yield opened
    opened.session.close()
    engine.dispose()
