"""One's own figures, against a query that knows nothing of the code that makes them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from casework import performance
from tests.casework.town import WARD, Town

# The ward works 07:00-11:30 and 13:30-17:00 from Monday to Friday: minutes of a span as the overlap with each half day.
WORKED = """
    select count(*) as done,
           count(*) filter (where ended_at <= due_at) as on_time,
           count(*) filter (where ended_at > due_at) as late,
           count(*) filter (where due_at is null) as unlimited,
           round(avg((
               select coalesce(sum(extract(epoch from least(ended_at, day + till) - greatest(opened_at, day + since))), 0)
               from generate_series(date_trunc('day', opened_at at time zone 'Asia/Ho_Chi_Minh'),
                                    date_trunc('day', ended_at at time zone 'Asia/Ho_Chi_Minh'), '1 day') local,
                    lateral (select local at time zone 'Asia/Ho_Chi_Minh' as day) days,
                    (values (interval '7 hours', interval '11 hours 30 minutes'), ('13 hours 30 minutes', '17 hours')) half(since, till)
               where extract(isodow from local) < 6 and least(ended_at, day + till) > greatest(opened_at, day + since)
           ) / 60)) as minutes
    from task where ended_by = :account and state = 2 and ended_at >= :since and ended_at < :until
"""


def test_the_figures_are_those_of_the_task_rows(town: Town) -> None:
    """In time, late, over noon and a weekend; what ended before the period, and other people's work, is not counted."""
    clerk, expert = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "civil_status_officer")
    early = town.submitted()
    town.complete(early, "tiep_nhan", clerk, "accept", da_kiem_tra=["du_giay_to"])
    since = town.now + timedelta(minutes=1)
    for minutes in (40, 295, 1700, 6000):
        town.now += timedelta(hours=3)
        code = town.submitted()
        town.now += timedelta(minutes=minutes)
        town.complete(code, "tiep_nhan", clerk, "accept", da_kiem_tra=["du_giay_to"])
    town.complete(code, "tham_dinh", expert, "approve")
    until = town.now + timedelta(minutes=1)
    told = performance.of(town.session, clerk.id, since=since, until=until, now=until).total
    period = {"account": clerk.id, "since": since, "until": until}
    counted = town.session.execute(text(WORKED), period).one()
    assert counted.done == 4
    assert counted.late > 0 < counted.on_time
    assert (told.done, told.on_time, told.late, told.unlimited) == tuple(counted)[:4]
    assert told.minutes == counted.minutes
