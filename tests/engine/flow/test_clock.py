"""ISO 8601 durations, moments and cycles."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.flow import clock


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("P1M", datetime(2026, 2, 28, 8, tzinfo=UTC)),
        ("P1Y", datetime(2027, 1, 31, 8, tzinfo=UTC)),
        ("P2W", datetime(2026, 2, 14, 8, tzinfo=UTC)),
        ("P1DT2H3M4.5S", datetime(2026, 2, 1, 10, 3, 4, 500_000, tzinfo=UTC)),
        ("PT0S", datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_durations_are_calendar_time(text, due):
    """Months end at the last day where the month is shorter."""
    assert clock.parse_duration(text).after(datetime(2026, 1, 31, 8, tzinfo=UTC)) == due


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1D", "P1H", "-P1D", "P1D2H", "P999999999Y", "PT1,5", "P1.5D", "P٣D"]
)
def test_what_is_no_duration(text):
    """Not guessed at."""
    with pytest.raises(ValueError):
        clock.parse_duration(text)


def test_cycles():
    """With a number of rounds, without end, from a moment on."""
    assert clock.parse_cycle("R3/PT1H") == clock.Cycle(3, None, clock.Duration(0, timedelta(hours=1)))
    assert clock.parse_cycle("R/P1D").times is None
    assert clock.parse_cycle("R2/2026-01-05T08:00:00+07:00/P1M").start == datetime(2026, 1, 5, 1, tzinfo=UTC)
    for wrong in ("R3", "R3/PT0S", "3/PT1H", "R-1/PT1H", "R3/PT1H/2026-01-05"):
        with pytest.raises(ValueError):
            clock.parse_cycle(wrong)
