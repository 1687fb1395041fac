"""The moment it is for the running system: the wall clock, plus what `./motcua demo advance` has added.

Everything below the roof takes `now` as an argument; the roof asks here. The offset is one row of the database, so that
web, workers and clock on all hosts agree; each process reads it again after half a second.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select, update

from engine.local import local_day
from store.db import db
from store.tables import system_clock

REFRESH_SECONDS = 0.5
_seen: WeakKeyDictionary[Engine, tuple[float, timedelta]] = WeakKeyDictionary()


def now(engine: Engine | None = None) -> datetime:
    """This moment, aware, UTC. Outside a Flask application context, `engine` says whose clock."""
    return datetime.now(UTC) + offset(engine)


def local_today(engine: Engine | None = None) -> date:
    """The date it is in Viet Nam."""
    return local_day(now(engine))


def offset(engine: Engine | None = None) -> timedelta:
    """How far the clock was moved ahead; zero outside a demo."""
    engine = engine or db.engine
    read_at, moved = _seen.get(engine, (0.0, timedelta()))
    if engine not in _seen or time.monotonic() - read_at > REFRESH_SECONDS:
        with engine.connect() as connection:
            moved = connection.scalar(select(system_clock.c.offset)) or timedelta()
        _seen[engine] = (time.monotonic(), moved)
    return moved


def advance(engine: Engine, by: timedelta) -> datetime:
    """Move the clock ahead and return the new moment. It never goes back: dossiers have seen the present."""
    if by < timedelta():
        raise ValueError("the clock only goes forward")
    with engine.begin() as connection:
        connection.execute(update(system_clock).values(offset=system_clock.c.offset + by))
    _seen.pop(engine, None)
    return now(engine)
