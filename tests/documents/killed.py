"""A worker to be killed: carries out outbox rows one by one in a process of its own, and waits to be told to go on after each.

Forked from a server that has imported everything once (`Worker`): a new one costs no second.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection

from casework import deliver
from casework.documents import batches
from national.adapters.remote_signing import Provider, RemoteSigning
from national.adapters.time_stamp import HttpTimeStamps
from national.ports import Signing
from store.db import make_engine, sessions
from tests.documents.conftest import PUBLIC
from tests.documents.work import outside

SECONDS = 60.0
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([__name__, "casework.documents.pades", "cryptography.fernet"])


@dataclass(frozen=True)
class Request:
    """What to carry out. `poison`: the item that kills whoever makes it ready."""

    database: str
    now: datetime
    signing: str
    token: str
    secret: str
    jobs: tuple[uuid.UUID, ...]
    poison: object = None


class Worker:
    def __init__(self, request: Request) -> None:
        self._pipe, other = SERVER.Pipe()
        self._process = SERVER.Process(target=work, args=(request, other))
        self._process.start()
        other.close()
        self.pid = self._process.pid or 0

    def said(self) -> str:
        """What became of the next row."""
        assert self._pipe.poll(SECONDS)
        return str(self._pipe.recv())

    def kill(self) -> None:
        self._process.kill()

    def killed(self) -> None:
        """It has died by SIGKILL."""
        self._process.join(SECONDS)
        assert self._process.exitcode == -signal.SIGKILL

    def finished(self) -> list[str]:
        """It goes on to its end; what became of the rows."""
        told = []
        try:
            while True:
                told.append(self.said())
                self._pipe.send(None)
        except EOFError:
            self._process.join(SECONDS)
        assert self._process.exitcode == 0
        return told


def work(request: Request, pipe: Connection) -> None:
    remote = RemoteSigning(Provider("", request.signing, token=request.token), 30)
    desk = Signing(remote, HttpTimeStamps(request.signing + "/tsa", 30), PUBLIC, request.secret, "Bản thử")
    deliver.BATCHES = {topic: _deadly(kind, request.poison) for topic, kind in deliver.BATCHES.items()}
    with sessions(make_engine(request.database, pool_size=1))() as session:
        for job in request.jobs:
            pipe.send(deliver.deliver(session, outside(desk), job, request.now))
            pipe.recv()


def _deadly(kind: batches.Kind, poison: object) -> batches.Kind:
    def ready(session, outside, actor, batch, key, now):  # type: ignore[no-untyped-def]
        if key == poison:
            os.kill(os.getpid(), signal.SIGKILL)
        return kind.ready(session, outside, actor, batch, key, now)

    return replace(kind, ready=ready)
