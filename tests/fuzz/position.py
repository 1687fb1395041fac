"""The position of the oracle's token game: scopes, the things that wait in them, and the events that may happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.fuzz.generate import Block

if TYPE_CHECKING:
    from tests.fuzz.oracle import Game

Next = Callable[[], None]


@dataclass(eq=False)
class Thing:
    """Something that keeps its scope alive. `inside`: the inclusive branches it can still reach the join of."""

    scope: Scope
    inside: tuple[tuple[str, int], ...]
    label: str
    item: str | None = None
    open: bool = False
    owner: Activation | None = None
    inner: Scope | None = None
    next: Next | None = None
    listeners: list[Listener] = field(default_factory=list)

    def gone(self) -> None:
        if self in self.scope.things:
            self.scope.things.remove(self)
        for listener in self.listeners:
            listener.stop()
        if self.inner is not None:
            self.inner.clear()


@dataclass(eq=False)
class Activation(Thing):
    """One entry of a task, sub-process or call: its instances and the boundary events on it."""

    block: Block | None = None
    instances: list[Thing] = field(default_factory=list)
    items: list[str | None] = field(default_factory=list)
    done: int = 0

    def gone(self) -> None:
        for instance in self.instances:
            instance.gone()
        self.instances = []
        super().gone()


@dataclass(eq=False)
class Listener:
    game: Game
    id: str
    kind: str
    key: object
    happen: Next
    due: datetime | None = None
    item: str = ""
    live: bool = True
    was: bool = False

    def stop(self) -> None:
        self.live = False
        if self in self.game.listeners:
            self.game.listeners.remove(self)


@dataclass(eq=False)
class Scope:
    game: Game
    parent: Thing | None = None
    item: str | None = None
    things: list[Thing] = field(default_factory=list)
    arrivals: dict[str, Counter[int]] = field(default_factory=dict)
    parked: dict[str, list[Thing]] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    over: bool = False

    def clear(self) -> None:
        for thing in list(self.things):
            thing.gone()
        self.things, self.arrivals, self.parked = [], {}, {}
        for listener in self.listeners:
            listener.stop()
        self.listeners = []
