"""Who has left a post holds none of its work any longer: what was in hand goes back to the queue, whatever ended the post
(files of the province, its last day, a closed account)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import gate
from engine.actor import CLOCK
from engine.commands import ReleaseTask
from engine.local import local_day
from store.queries import people
from store.tables.work import task_key

# Found by who left, never by looking through all that is in hand. Who stood in for them left with them.
_HELD_BY_NOBODY = text(f"""
    with gone as (
        select p.account from post p join account a on a.username = p.account
        where p.held_to < :today or not a.active
    ), those as (
        select account from gone
        union select s.substitute from substitution s join gone on gone.account = s.absent where s.settled_at is null
    )
    select t.id, t.version, d.code from those join task t on t.assignee = those.account and t.state < 2
    join dossier d on d.id = t.dossier_id and d.status <> 'stopped'
    where t.role <> 'applicant' and not exists (
        select from {people.HELD} held join account a on a.username = held.account and a.active
        where held.account = t.assignee and held.agency = t.agency and held.role = t.role
    )
    order by random() limit :most
""")  # noqa: S608 (a constant of store.queries.people)


def give_back(session: Session, now: datetime, *, most: int = 500) -> int:
    """Up to `most` tasks, each by an order of the clock in its own commit; those of a stopped dossier when it is resumed.

    In random order: what the gate refuses (somebody was quicker) keeps nothing else waiting. Says how many were found.
    """
    found = session.execute(_HELD_BY_NOBODY, {"today": local_day(now), "most": most}).all()
    session.rollback()
    for row in found:
        order = ReleaseTask(CLOCK, task_key(row.id)[1], seen_version=row.version)
        gate.handle(session, row.code, order, now=now)
    return len(found)
