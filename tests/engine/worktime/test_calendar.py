"""Working time on an agency's calendar."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from engine.worktime import Calendar
from tests.engine.worktime.calendars import EIGHT_HOURS, commune_calendar

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = commune_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def test_a_holiday_is_no_working_day_and_a_make_up_saturday_is():
    """Public holidays rest, a swapped Saturday works a full day (Labour Code 2019, art. 112)."""
    assert not CALENDAR.is_working_day(date(2023, 5, 1))
    assert CALENDAR.is_working_day(date(2023, 5, 6))
    assert CALENDAR.working_minutes(at("2023-05-06 00:00"), at("2023-05-07 00:00")) == 480


def test_minutes_between_leave_out_lunch_and_nights():
    assert CALENDAR.working_minutes(at("2023-06-15 11:00"), at("2023-06-16 08:00")) == 30 + 240 + 30


def test_no_minutes_pass_backwards():
    assert CALENDAR.working_minutes(at("2023-06-16 08:00"), at("2023-06-15 08:00")) == 0


def test_minutes_that_fill_a_day_end_at_its_closing_time():
    assert CALENDAR.add_working_minutes(at("2023-06-15 07:30"), 480) == at("2023-06-15 17:00")


def test_working_days_skip_tet():
    """19/1/2023 is the last working day before Tết; the next is 27/1."""
    assert CALENDAR.add_working_days(date(2023, 1, 19), 1) == date(2023, 1, 27)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2023-06-15 06:00", "2023-06-15 07:30"),
        ("2023-06-15 11:30", "2023-06-15 13:00"),
        ("2023-06-15 14:10", "2023-06-15 14:10"),
        ("2023-06-15 17:00", "2023-06-16 07:30"),
        ("2023-06-17 09:00", "2023-06-19 07:30"),
    ],
)
def test_the_next_opening_is_now_in_working_hours_else_the_session_that_follows(moment: str, opening: str):
    assert CALENDAR.next_opening(datetime.fromisoformat(moment)) == datetime.fromisoformat(opening)


@pytest.mark.parametrize(
    "hours", [{}, {0: ()}, {0: (*EIGHT_HOURS, (time(16), time(18)))}, {0: ((time(9), time(8)),)}]
)
def test_a_calendar_that_never_opens_or_overlaps_is_refused(hours):
    with pytest.raises(ValueError):
        Calendar("X", "Asia/Ho_Chi_Minh", hours)
