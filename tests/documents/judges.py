"""Nobody is free to judge signatures, for as long as a test wants to see what a page says meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from casework import underway
from casework.documents import checking


@contextmanager
def busy() -> Iterator[None]:
    over = threading.Event()

    def work() -> checking.Checked:
        over.wait(20)
        return checking.Checked("unreadable")

    for nth in range(underway.AT_ONCE):
        checking._judged.ask((b"busy %d" % nth, checking.Anchors()), work, patience=0)
    try:
        yield
    finally:
        over.set()
