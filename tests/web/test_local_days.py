"""Between midnight and seven in the morning a server's date (UTC) is still yesterday's: the law's days are Viet Nam's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from engine.local import local_day
from store.queries import catalogue
from store.today import TODAY

HALF_PAST_MIDNIGHT = datetime(2026, 12, 21, 17, 30, tzinfo=UTC)  # on 22 December in Viet Nam
DAY = date(2026, 12, 22)


def test_the_day_begins_at_midnight_in_viet_nam() -> None:
    assert local_day(HALF_PAST_MIDNIGHT) == DAY
    assert local_day(datetime(2026, 12, 21, 16, 59, tzinfo=UTC)) == date(2026, 12, 21)


@pytest.fixture
def at_half_past_midnight(town_url: str) -> None:
    """The demo's clock stands there."""
    engine = create_engine(town_url)
    with engine.begin() as connection:
        moved = text('update system_clock set "offset" = :at - now()')
        connection.execute(moved, {"at": HALF_PAST_MIDNIGHT})
        assert connection.scalar(text(f"select {TODAY}")) == DAY
    engine.dispose()


@pytest.mark.usefixtures("at_half_past_midnight")
def test_pages_ask_for_what_is_in_force_that_day(
    visitor: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    search = catalogue.search

    def remember(*given, today: date, **more):
        asked.append(today)
        return search(*given, today=today, **more)

    monkeypatch.setattr(catalogue, "search", remember)
    stranger = visitor("")
    assert stranger.get("/").status_code == 200
    assert stranger.get("/api/v1/procedures").status_code == 200
    assert visitor("nguyenvanhung").get("/dai-dien").status_code == 200
    assert asked == [DAY] * 3
