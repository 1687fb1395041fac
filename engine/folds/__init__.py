"""What each event does to the state: one function an event type, by topic as in `engine/events`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import events as e
from engine.folds import clock, dossier, tasks, waiting
from engine.state import State

FOLDS: Mapping[type[e.Event], Callable[[State, Any], State]] = {
    **dossier.FOLDS,
    **clock.FOLDS,
    **tasks.FOLDS,
    **waiting.FOLDS,
}
