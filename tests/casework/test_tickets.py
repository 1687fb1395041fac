"""Queue tickets: numbers in order, each called once, minutes measured."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import tickets
from engine.rejection import Rejected
from tests.casework.town import WARD, Town


def test_waiting_and_service_are_measured(town: Town) -> None:
    """Called after ten minutes and served for five; who did not come counts in neither average; who waited too long is
    told by officer."""
    clerk, start = town.officer(WARD, "one_stop_officer"), town.now
    assert [tickets.take(town.session, WARD, now=start) for _ in range(3)] == [1, 2, 3]
    assert tickets.call_next(town.session, clerk, WARD, now=start + timedelta(minutes=10)) == 1
    assert tickets.call_next(town.session, clerk, WARD, now=start + timedelta(minutes=15)) == 2
    assert [one["number"] for one in tickets.serving(town.session, WARD, now=start)] == [2]
    tickets.end(town.session, clerk, WARD, absent=True, now=start + timedelta(minutes=16))
    day = tickets.figures(town.session, WARD, date(2023, 6, 15))
    assert (day["taken"], day["waiting"], day["served"], day["absent"]) == (3, 1, 1, 1)
    assert (float(day["waited"]), float(day["service"])) == (10.0, 5.0)
    assert tickets.call_next(town.session, clerk, WARD, now=start + timedelta(minutes=40)) == 3
    mine = tickets.of_officer(town.session, clerk, WARD, now=start + timedelta(minutes=47))
    assert (mine["mine"]["number"], mine["minutes"], mine["waiting"]) == (3, 7, 0)
    tickets.end(town.session, clerk, WARD, absent=False, now=start + timedelta(minutes=47))
    (hers,) = tickets.times(town.session, WARD, date(2023, 6, 9), date(2023, 6, 15))["officers"]
    assert (hers["officer"], hers["served"], hers["late"]) == (clerk.name, 2, 1)
    told = [float(hers[name]) for name in ("waited", "longest", "service", "slowest")]
    assert told == [25.0, 40.0, 6.0, 7.0]


def test_numbers_begin_anew_each_day_and_at_each_counter(town: Town) -> None:
    """Yesterday's waiting numbers are not called today."""
    clerk = town.officer(WARD, "one_stop_officer")
    tomorrow = town.now + timedelta(days=1)
    assert tickets.take(town.session, WARD, now=town.now) == 1
    assert tickets.take(town.session, "H23.30.01", now=town.now) == 1
    assert tickets.call_next(town.session, clerk, WARD, now=tomorrow) is None
    assert tickets.take(town.session, WARD, now=tomorrow) == 1


def test_phones_leave_numbers_for_the_machine_at_the_entrance(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One network takes a few, all phones together a share; who stands there always gets one, until the room is full."""
    monkeypatch.setattr(tickets, "MOST_OF_SOURCE", 2)
    monkeypatch.setattr(tickets, "MOST_REMOTE", 3)
    monkeypatch.setattr(tickets, "MOST_WAITING", 5)

    def take(source: str = "") -> object:
        told = tickets.take(town.session, WARD, source=source, now=town.now)
        return told.code if isinstance(told, Rejected) else told

    assert [take("home") for _ in range(3)] == [1, 2, "queue_remote"]
    assert [take("cafe"), take("office")] == [3, "queue_remote"]
    assert [take(), take(), take()] == [4, 5, "queue_full"]
    clerk = town.officer(WARD, "one_stop_officer")
    assert tickets.call_next(town.session, clerk, WARD, now=town.now) == 1
    assert take("home") == 6, "a number that was called makes room"


def test_a_number_remembers_of_an_address_only_that_it_is_the_same_today(town: Town) -> None:
    """Another day, another digest; of IPv6 the network counts."""

    def told(address: str, days: int = 0) -> str:
        return tickets.source_of(address, secret="s", now=town.now + timedelta(days=days))

    assert told("10.0.0.1") == told("10.0.0.1") != told("10.0.0.2")
    assert told("10.0.0.1") != told("10.0.0.1", days=1)
    assert told("2001:db8::1") == told("2001:db8::2") != told("2001:db8:0:1::1")
    assert "10.0" not in told("10.0.0.1")
    assert told("") == told("?"), "whoever hides the address shares one"
