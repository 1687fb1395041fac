"""Nobody is free for work that outlasts a page, for as long as a test wants to see what the page says meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from casework.underway import AT_ONCE, Underway


@contextmanager
def busy(works: Underway[Any, Any]) -> Iterator[None]:
    over = threading.Event()
    for nth in range(AT_ONCE):
        works.ask(f"busy {nth}", lambda: over.wait(20), patience=0)
    try:
        yield
    finally:
        over.set()
