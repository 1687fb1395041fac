"""Queue tickets: numbers in order, each called once, minutes measured."""

from __future__ import annotations

from datetime import date, timedelta

from casework import tickets
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
