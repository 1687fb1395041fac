"""`evolve(state, event)`: the next state. A pure fold, the same for the live decision and for replay from the log.

It decides nothing and reads no clock. What is not a fold of events: `seq` (one per command), `flow` (the diagram's
position) and `items` (what loops go over), primary in the snapshot: see `replay`.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine import events as e
from engine.folds import FOLDS
from engine.state import State, changed


def evolve(state: State, event: e.Event) -> State:
    """The state after `event`. Events without a fold (papers, notices, hand-over rows) leave it as it is."""
    fold = FOLDS.get(type(event))
    return fold(state, event) if fold else state


def replay(commands: Iterable[Iterable[e.Event]], state: State | None = None) -> State:
    """The state after all commands of a log, each the events of one row; only `flow` and `items` are not in it."""
    state = state or State()
    for happened in commands:
        for event in happened:
            state = evolve(state, event)
        state = changed(state, seq=state.seq + 1)
    return state
