"""An outside script counts every exported deadline again and finds the same due date."""

import importlib.util
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.worktime import Calendar, CutOff, Day, Stop, TimeLimit, due
from tests.engine.worktime.calendars import EIGHT_HOURS

SCRIPT = Path(__file__).parents[3] / "tools" / "recompute_due.py"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2023, 4, 20, tzinfo=LOCAL)

spec = importlib.util.spec_from_file_location("recompute_due", SCRIPT)
assert spec
assert spec.loader
recompute_due = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recompute_due)

minutes = st.integers(0, 20 * 1440).map(lambda n: START + timedelta(minutes=n))
weeks = st.sampled_from(
    [
        dict.fromkeys(range(5), EIGHT_HOURS),
        dict.fromkeys(range(5), EIGHT_HOURS) | {5: EIGHT_HOURS[:1]},
        {1: ((time(8), time(12)),), 4: ((time(13), time(17, 30)),)},
    ]
)
special_days = st.dictionaries(
    st.integers(0, 40).map(lambda n: date(2023, 4, 20) + timedelta(days=n)),
    st.sampled_from([Day("holiday", "lễ"), Day("make_up", "làm bù", like=1)]),
    max_size=6,
)
limits = st.one_of(
    st.builds(TimeLimit, st.integers(1, 60), st.sampled_from(["working_hour", "hour"])),
    st.builds(TimeLimit, st.integers(1, 12), st.sampled_from(["working_day", "day"])),
    st.builds(TimeLimit, st.integers(1, 2), st.just("month")),
)
cut_offs = st.none() | st.builds(
    CutOff, st.just(time(15)), st.sampled_from(["shift_clock", "shift_result", "shift_transfer"])
)
pauses = st.lists(
    st.tuples(st.integers(0, 15 * 1440), st.integers(1, 6 * 1440)), max_size=3
)  # minutes after the start, length


@given(
    weeks,
    special_days,
    limits,
    minutes,
    cut_offs,
    pauses,
    st.booleans(),
    st.sampled_from([0, 0, 5]),
    st.booleans(),
)
@settings(max_examples=250, deadline=None)
def test_a_stranger_counts_the_same_due_date(
    hours, days, limit, start, cut_off, stops, open_end, extension, same_day
):
    """`tools/recompute_due.py` steps minute by minute over the export and must agree in every case."""
    calendar = Calendar("X", "Asia/Ho_Chi_Minh", hours, days, "test")
    given_stops = [
        Stop(start + timedelta(minutes=begin), start + timedelta(minutes=begin + length), "bổ sung")
        for begin, length in stops
    ]
    if open_end and given_stops:
        latest = max(given_stops, key=lambda stop: stop.from_at)
        given_stops[given_stops.index(latest)] = Stop(latest.from_at, None, latest.reason)
    found = due(limit, start, calendar, cut_off, given_stops, extension, same_day)
    exported = found.explanation.to_json()
    assert recompute_due.recompute(exported) == exported["due_at"]
    lines = found.explanation.intervals
    assert all(before.to_at == after.from_at for before, after in pairwise(lines))
    if found.at:
        assert not lines or lines[-1].to_at == calendar.local(found.at)


def test_the_script_stays_small_and_stands_alone():
    source = SCRIPT.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 60
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported == {"json", "sys", "calendar", "datetime", "pathlib", "zoneinfo"}
