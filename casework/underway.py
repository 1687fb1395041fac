"""Work that outlasts a page: begun once, its result kept for a while in this process, for whoever asks again.

A page asks with little patience and says "under way"; its browser asks again. Another process that is asked does the
work itself: nothing is shared, so nothing has to be cleared away or erased elsewhere.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

AT_ONCE = 2  # a process: more would only slow each other down


class Underway(Generic[Key, Value]):
    """Results by key, `seconds` long, `most` at a time; the oldest goes first. With `weigh`, what they weigh together is
    `room` at most, or the newest alone."""

    def __init__(
        self,
        seconds: float,
        most: int = 500,
        *,
        weigh: Callable[[Value], int] = lambda value: 0,
        room: int = 0,
    ) -> None:
        self._seconds, self._most, self._weigh, self._room = seconds, most, weigh, room
        self._lock = threading.Lock()
        self._begun: OrderedDict[Key, tuple[float, Future[Value]]] = OrderedDict()
        self._workers = ThreadPoolExecutor(AT_ONCE)

    def ask(self, key: Key, work: Callable[[], Value], *, patience: float) -> Value | None:
        """The result if it is there within `patience` seconds, else None. What the work raises is raised once; then it
        is forgotten, and begun anew for whoever asks next."""
        future = self._known(key) or self._begin(key, work)
        if not wait([future], patience).done:
            return None
        self._make_room()
        if future.exception():
            self._forget(key)
        return future.result()

    def _known(self, key: Key) -> Future[Value] | None:
        with self._lock:
            at, future = self._begun.get(key, (0.0, None))
            return future if future and (not future.done() or time.monotonic() - at < self._seconds) else None

    def _begin(self, key: Key, work: Callable[[], Value]) -> Future[Value]:
        with self._lock:
            future = self._workers.submit(work)
            self._begun[key] = time.monotonic(), future
            self._begun.move_to_end(key)
        self._make_room()
        return future

    def _make_room(self) -> None:
        with self._lock:
            old = time.monotonic() - self._seconds
            for key in [key for key, (at, future) in self._begun.items() if at < old and future.done()]:
                del self._begun[key]
            weights = {key: self._weight(future) for key, (_, future) in self._begun.items()}
            while len(weights) > self._most or (len(weights) > 1 and sum(weights.values()) > self._room):
                key, _ = self._begun.popitem(last=False)
                del weights[key]

    def _weight(self, future: Future[Value]) -> int:
        return 0 if not future.done() or future.exception() else self._weigh(future.result())

    def _forget(self, key: Key) -> None:
        with self._lock:
            self._begun.pop(key, None)
