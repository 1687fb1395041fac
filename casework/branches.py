"""The work of whole branches of agencies, counted once in half a minute: a province has half a million open tasks."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from casework.underway import Underway
from store.queries import agency

KEPT_SECONDS = 30.0


class Counted(NamedTuple):
    """The agencies one step below (`store.queries.agency.below`) as they stood at a moment."""

    at: datetime
    rows: list[dict[str, Any]]


def below(session: Session, code: str, *, now: datetime, patience: float) -> Counted | None:
    """None: being counted, ask again."""
    bind = session.get_bind()
    return _counted.ask((bind, code), partial(_count, bind, code, now), patience=patience)


def _count(bind: Engine | Connection, code: str, now: datetime) -> Counted:
    with Session(bind) as session:
        return Counted(now, agency.below(session, code, now=now))


_counted = Underway[tuple[object, str], Counted](KEPT_SECONDS)
