"""Turns due timers into commands, by the system's clock (assembly/clock.py), until told to stop."""

from __future__ import annotations

import logging
import threading

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assembly import clock
from casework import clockwork

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5


def run(engine: Engine, stop: threading.Event) -> None:
    """Turn until `stop`. An outage of the database is waited for, never fatal."""
    while not stop.is_set():
        try:
            with Session(engine) as session:
                done = clockwork.turn(session, clock.now(engine))
        except (DBAPIError, psycopg.Error) as error:
            log.warning("clock waits: %s", type(error).__name__)
            stop.wait(TICK_SECONDS)
            continue
        if done.rejected:
            log.info("%d timers were rejected and wait", done.rejected)
        if not done.fired:
            stop.wait(TICK_SECONDS)
