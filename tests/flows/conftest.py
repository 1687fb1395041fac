"""The whole web application over a demo province of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly import clock
from tests.flows.counter import Counter


@pytest.fixture
def counter(town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    monkeypatch.setattr(clock, "REFRESH_SECONDS", 0)  # the tests move the clock between any two calls
    opened = Counter(town_url, tmp_path)
    yield opened
    opened.close()
