"""What a decided command comes to: events, the next state, and the bodies of new data by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.events import Event
from engine.state import State


@dataclass(frozen=True)
class Decision:
    events: tuple[Event, ...]
    state: State
    bodies: Mapping[str, object] = field(default_factory=dict)  # digest -> JSON value (personal data)
