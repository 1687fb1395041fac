"""How long procedures really take: median and 90th percentile of a year's finished dossiers, counted once a day.

Counting three million dossiers takes seconds; a page reads one row of the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from store.tables import procedure_duration

EVERY = timedelta(days=1)
OF_THE_LAST = timedelta(days=365)
ENOUGH = 5  # fewer finished dossiers say nothing about the usual, and too much about somebody

# From the receipt to the result, nights, holidays and waiting for the applicant included: what people live through.
_COUNT = text("""
    insert into procedure_duration (procedure_code, agency, finished, median_minutes, p90_minutes, computed_at)
    select procedure_code, coalesce(agency, ''), count(*),
           (percentile_cont(0.5) within group (order by took) / 60)::int,
           (percentile_cont(0.9) within group (order by took) / 60)::int, :now
    from (select procedure_code, agency, extract(epoch from ended_at - received_at) as took from dossier
          where ended_at > :since and ended_at <= :now and received_at is not null and end_kind = 'returned') as done
    group by grouping sets ((procedure_code), (procedure_code, agency))
    having count(*) >= :enough
""")


def refresh_if_due(session: Session, now: datetime) -> bool:
    """Count again if the last count is a day old; commits. One process counts at a time: the others go on."""
    last = session.scalar(select(func.max(procedure_duration.c.computed_at)))
    if (last is not None and now - last < EVERY) or not session.scalar(
        select(func.pg_try_advisory_xact_lock(func.hashtext("procedure_duration")))
    ):
        session.rollback()
        return False
    session.execute(procedure_duration.delete())
    session.execute(_COUNT, {"now": now, "since": now - OF_THE_LAST, "enough": ENOUGH})
    session.commit()
    return True
