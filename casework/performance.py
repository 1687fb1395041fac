"""An officer's own figures, from the tasks on record: done, on time, late, working time by kind of step.

A step whose limit is in days is on time on its due day, one in hours until its hour. Working time runs
from when the task came to the queue, in the calendar of its agency; pauses of the dossier are in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import definitions, reference
from engine.state import OPINION
from engine.worktime import in_days
from store.queries import performance


@dataclass(frozen=True)
class Figures:
    """`minutes`: average working minutes a task took; `unlimited`: tasks without a limit are neither on time nor late."""

    kind: str
    done: int
    on_time: int
    late: int
    unlimited: int
    minutes: int


@dataclass(frozen=True)
class Performance:
    total: Figures
    kinds: tuple[Figures, ...]
    last: tuple[Mapping[str, Any], ...]
    cut: bool  # there were more than are counted


def of(session: Session, account: str, *, since: datetime, until: datetime, now: datetime) -> Performance:
    """The figures of one account over a period."""
    facts = reference.load(session, now).facts
    rows = performance.finished(session, account, since=since, until=until)
    by_kind: dict[str, list[tuple[bool | None, int]]] = defaultdict(list)
    for row in rows:
        calendar = facts.calendar(row["agency"])
        row["on_time"] = _on_time(session, row, calendar.local)
        row["minutes"] = calendar.working_minutes(row["opened_at"], row["ended_at"])
        by_kind[row["kind"]].append((row["on_time"], row["minutes"]))
    kinds = tuple(
        _figures(kind, found) for kind, found in sorted(by_kind.items(), key=lambda one: -len(one[1]))
    )
    everything = [one for found in by_kind.values() for one in found]
    return Performance(_figures("", everything), kinds, tuple(rows[:20]), len(rows) == performance.MOST)


def _on_time(session: Session, row: Mapping[str, Any], local: Any) -> bool | None:
    if row["due_at"] is None:
        return None
    if row["ended_at"] <= row["due_at"]:
        return True
    if row["kind"] == OPINION:
        return False
    definition = definitions.get(session, row["procedure_code"], row["procedure_version"])
    step = definition.steps.get(row["element_id"])
    days = step is not None and step.time_limit is not None and in_days(step.time_limit)
    return bool(days and local(row["ended_at"]).date() == local(row["due_at"]).date())


def _figures(kind: str, found: list[tuple[bool | None, int]]) -> Figures:
    judged = [on_time for on_time, _ in found if on_time is not None]
    minutes = round(sum(minutes for _, minutes in found) / len(found)) if found else 0
    on_time = sum(judged)
    return Figures(kind, len(found), on_time, len(judged) - on_time, len(found) - len(judged), minutes)
