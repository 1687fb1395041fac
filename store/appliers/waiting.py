"""What a dossier waits for beside people: timers and messages."""

from __future__ import annotations

from engine import events
from store import tables
from store.appliers.applied import Applied, moment
from store.changes import Changes


def timer_armed(event: events.TimerArmed, applied: Applied, changes: Changes) -> None:
    row = {
        "dossier_id": applied.dossier_id,
        "timer_id": event.timer_id,
        "element_id": event.element_id,
        "due_at": moment(event.due_at),
        "tried_at": None,
    }
    changes.add(tables.timer, row, "replace")


def timer_gone(event: events.TimerDisarmed | events.TimerFired, applied: Applied, changes: Changes) -> None:
    changes.remove(tables.timer, {"dossier_id": applied.dossier_id, "timer_id": event.timer_id})


def message_awaited(event: events.MessageAwaited, applied: Applied, changes: Changes) -> None:
    row = {
        "dossier_id": applied.dossier_id,
        "subscription_id": event.subscription_id,
        "name": event.name,
        "correlation": applied.body(event.correlation_digest),
        "since": applied.at,
    }
    changes.add(tables.message_wait, row, "replace")


def message_cleared(event: events.MessageCleared, applied: Applied, changes: Changes) -> None:
    where = {"dossier_id": applied.dossier_id, "subscription_id": event.subscription_id}
    changes.remove(tables.message_wait, where)
