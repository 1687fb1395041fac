"""Due dates by law: start of the clock, units, pauses, extension."""

from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from engine.worktime import CutOff, Stop, TimeLimit, due, in_days, working_duration
from tests.engine.worktime.calendars import commune_calendar

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = commune_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def ends(limit: str, start: str, **more) -> str | None:
    """Local end of a limit, as `YYYY-MM-DD HH:MM`."""
    found = due(TimeLimit.parse(limit), at(start), CALENDAR, **more).at
    return f"{found.astimezone(LOCAL):%Y-%m-%d %H:%M}" if found else None


@pytest.mark.parametrize(
    ("limit", "start", "end"),
    [
        ("8 working_hour", "2023-06-15 09:00", "2023-06-16 09:00"),
        ("3 working_day", "2023-06-15 10:00", "2023-06-20 10:00"),
        ("3 working_day", "2023-06-15 18:00", "2023-06-20 17:00"),
        ("1 working_day", "2023-01-19 15:00", "2023-01-27 15:00"),
        ("36 hour", "2023-06-15 09:00", "2023-06-16 21:00"),
        ("15 day", "2023-06-15 09:00", "2023-06-30 17:00"),
        ("10 day", "2023-06-15 09:00", "2023-06-26 17:00"),
        ("1 month", "2023-01-31 09:00", "2023-02-28 17:00"),
    ],
)
def test_each_unit_counts_its_own_time(limit: str, start: str, end: str):
    """Working time skips rest days; calendar days and months end at closing time and roll off a rest day."""
    assert ends(limit, start) == end


def test_received_in_the_lunch_gap_starts_in_the_afternoon():
    assert ends("4 working_hour", "2023-06-15 12:10") == "2023-06-15 17:00"


def test_same_day_is_due_at_closing_time():
    assert ends("0 day", "2023-06-15 09:00", same_day=True) == "2023-06-15 17:00"


def test_same_day_received_after_15_hours_is_due_the_next_working_day():
    """Civil status: after 15:00 the result may come the next working day."""
    cut_off = CutOff(time(15), "shift_result")
    assert ends("0 day", "2023-06-16 15:00", same_day=True, cut_off=cut_off) == "2023-06-16 17:00"
    assert ends("0 day", "2023-06-16 15:01", same_day=True, cut_off=cut_off) == "2023-06-19 17:00"


def test_same_day_received_in_the_evening_is_not_shifted_twice():
    cut_off = CutOff(time(15), "shift_result")
    assert ends("0 day", "2023-06-15 20:00", same_day=True, cut_off=cut_off) == "2023-06-16 17:00"


def test_a_shifted_clock_starts_at_the_next_working_morning():
    """NĐ 63/2024 art. 7: received after 15:00, counted from the next working day."""
    assert (
        ends("4 working_hour", "2023-06-16 15:30", cut_off=CutOff(time(15), "shift_clock"))
        == "2023-06-19 11:30"
    )


def test_a_shifted_transfer_leaves_the_due_date():
    assert ends("4 working_hour", "2023-06-16 15:30", cut_off=CutOff(time(15), "shift_transfer")) == ends(
        "4 working_hour", "2023-06-16 15:30"
    )


def test_a_pause_leaves_the_remaining_working_minutes():
    pause = Stop(at("2023-06-15 16:00"), at("2023-06-20 09:00"), "bổ sung giấy tờ")
    assert ends("8 working_hour", "2023-06-15 09:00", pauses=[pause]) == "2023-06-20 11:30"


def test_a_pause_leaves_the_remaining_calendar_days():
    pause = Stop(at("2023-06-20 09:00"), at("2023-07-03 09:00"), "bổ sung giấy tờ")
    assert ends("15 day", "2023-06-15 09:00", pauses=[pause]) == "2023-07-13 17:00"


def test_pauses_that_overlap_count_once():
    first = Stop(at("2023-06-15 10:00"), at("2023-06-19 10:00"), "bổ sung")
    second = Stop(at("2023-06-16 10:00"), at("2023-06-20 10:00"), "tạm dừng")
    assert ends("1 working_day", "2023-06-15 09:00", pauses=[second, first]) == "2023-06-21 09:00"


def test_an_open_pause_has_no_due_date():
    assert (
        ends("8 working_hour", "2023-06-15 09:00", pauses=[Stop(at("2023-06-15 10:00"), None, "bổ sung")])
        is None
    )


def test_a_pause_after_the_due_date_saves_nobody():
    pause = Stop(at("2023-06-19 09:00"), at("2023-06-26 09:00"), "bổ sung")
    assert ends("4 working_hour", "2023-06-15 09:00", pauses=[pause]) == "2023-06-15 14:30"


def test_an_extension_adds_calendar_days_and_rolls():
    """Building law: at most 10 days more, with notice."""
    assert ends("15 day", "2023-06-15 09:00", extension_days=10) == "2023-07-10 17:00"


def test_the_explanation_names_each_interval_without_a_hole():
    explanation = due(TimeLimit(2, "working_day"), at("2023-06-16 15:00"), CALENDAR).explanation
    reasons = [line.reason for line in explanation.intervals]
    assert {"giờ làm việc", "nghỉ trưa", "ngoài giờ làm việc", "nghỉ cuối tuần"} == set(reasons)
    assert sum(line.minutes for line in explanation.intervals) == 960
    lines = explanation.intervals
    assert all(before.to_at == after.from_at for before, after in pairwise(lines))


def test_the_explanation_names_holiday_make_up_day_and_pause():
    pause = Stop(at("2023-05-04 08:00"), at("2023-05-05 08:00"), "bổ sung giấy tờ", "Mẫu 02")
    lines = due(
        TimeLimit(24, "working_hour"), at("2023-04-28 16:00"), CALENDAR, pauses=[pause]
    ).explanation.intervals
    text = " | ".join(line.reason for line in lines)
    assert "nghỉ lễ: Ngày Giải phóng miền Nam" in text
    assert "làm bù: làm bù ngày 03/5" in text
    assert "tạm dừng: bổ sung giấy tờ (Mẫu 02)" in text


@pytest.mark.parametrize("text", ["", "4", "x day", "-1 day", "4 days", "100000 day", "4.5 day"])
def test_a_limit_that_law_does_not_know_is_refused(text: str):
    with pytest.raises(ValueError):
        TimeLimit.parse(text)


def test_limits_in_days_are_judged_by_date_and_limits_in_hours_by_the_instant():
    assert in_days(TimeLimit(3, "working_day"))
    assert in_days(TimeLimit(0, "working_hour"), same_day=True)
    assert not in_days(TimeLimit(8, "working_hour"))


@pytest.mark.parametrize(
    ("text", "end"),
    [("P2D", "2023-06-19 15:00"), ("PT4H", "2023-06-16 09:30"), ("P1DT30M", "2023-06-16 15:30")],
)
def test_a_working_duration_of_the_diagram_counts_working_time(text: str, end: str):
    """`calendar="working"` on a timer (dialect §3)."""
    found = working_duration(text, at("2023-06-15 15:00"), CALENDAR)
    assert f"{found.astimezone(LOCAL):%Y-%m-%d %H:%M}" == end


@pytest.mark.parametrize("text", ["P1M", "P1W", "P", "PT", "-P1D", "P999999D", "x"])
def test_months_and_weeks_have_no_length_in_working_time(text: str):
    with pytest.raises(ValueError):
        working_duration(text, at("2023-06-15 15:00"), CALENDAR)
