"""The system's clock at the roof: `store/clock.py`, remembered for half a second in each process.

Everything below the roof takes `now` as an argument; the roof asks here.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store import clock
from store.db import db

REFRESH_SECONDS = 0.5
_seen: WeakKeyDictionary[Engine, tuple[float, timedelta]] = WeakKeyDictionary()


def now(engine: Engine | None = None) -> datetime:
    """This moment, aware, UTC. Outside a Flask application context, `engine` says whose clock."""
    return datetime.now(UTC) + offset(engine)


def offset(engine: Engine | None = None) -> timedelta:
    """How far the clock was moved ahead; zero outside a demo."""
    engine = engine or db.engine
    read_at, moved = _seen.get(engine, (0.0, timedelta()))
    if engine not in _seen or time.monotonic() - read_at > REFRESH_SECONDS:
        with Session(engine) as session:
            moved = clock.offset(session)
        _seen[engine] = (time.monotonic(), moved)
    return moved
