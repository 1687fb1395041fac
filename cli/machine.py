"""This machine's own database and Redis: started when DATABASE_URL and REDIS_URL do not say otherwise."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from assembly import settings
from cli import answers, embedded
from store import roles
from store.db import make_engine

DATABASE = "motcua"
OWNER = "MOTCUA_OWNER_URL"


class AlreadyRunning(Exception):
    """Another process holds the data folder; the sentence names it."""


@dataclass
class Machine:
    """The servers of one data folder, and the environment every process of ours needs to find them."""

    var: Path
    postgres: embedded.Postgres | None = None
    valkey: embedded.Valkey | None = None
    _lock: int | None = field(default=None, init=False)

    @classmethod
    def from_env(cls) -> Machine:
        """The machine that MOTCUA_VAR, DATABASE_URL and REDIS_URL describe."""
        var = Path(os.environ.get("MOTCUA_VAR") or settings.CHECKOUT / "var").absolute()
        postgres = None if os.environ.get("DATABASE_URL") else embedded.Postgres(var / "postgres")
        valkey = None if os.environ.get("REDIS_URL") else embedded.Valkey(var / "valkey")
        return cls(var, postgres, valkey)

    def env(self) -> dict[str, str]:
        """Our environment with the servers' addresses filled in."""
        env = {**os.environ, "MOTCUA_VAR": str(self.var), "PYTHONPATH": str(settings.CHECKOUT)}
        env.pop(OWNER, None)  # only `reached` and `up` itself speak as the owner
        if self.postgres:
            env["DATABASE_URL"] = self.postgres.url(DATABASE, user=embedded.APP)
        if self.valkey:
            env["REDIS_URL"] = self.valkey.url
        return env

    def owner(self) -> dict[str, str]:
        """What the owner's commands find beside `env`: migrate, restore."""
        url = self.postgres.url(DATABASE) if self.postgres else os.environ.get(OWNER)
        return {OWNER: url} if url else {}

    def lock(self) -> None:
        """Own the data folder until `stop` or death. Raises AlreadyRunning."""
        self.var.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.var / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        os.set_inheritable(self._lock, False)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(self._lock, 32).decode().strip() or "unknown"
            self._unlock()
            raise AlreadyRunning(f"Process {owner} is already running on {self.var}.") from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def start(self) -> None:
        """Start the servers that are ours, side by side with nothing else of ours running."""
        if self.valkey:
            self.valkey.start()
        if self.postgres:
            self.postgres.start()
            self.postgres.ensure_database(DATABASE)
            roles.create(self.postgres.url(DATABASE), embedded.APP)

    def stop(self) -> None:
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextlib.contextmanager
def reached() -> Iterator[None]:
    """Inside, os.environ leads to a running database and Redis: those of `./motcua up`, or started just for now."""
    machine = Machine.from_env()
    ours = False
    if machine.postgres or machine.valkey:
        try:
            machine.lock()
            ours = True
        except AlreadyRunning:
            pass  # `up` runs: its servers are there
    handler = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if ours:
            machine.start()
        os.environ.update(machine.env() | machine.owner())
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)
        if ours:
            machine.stop()


@contextlib.contextmanager
def database() -> Iterator[Session]:
    """A session on the database that the environment names (inside `reached`, or where DATABASE_URL is set)."""
    try:
        engine = make_engine(settings.load().database_url)
    except settings.BadSettings as problem:
        raise answers.Unreadable(str(problem)) from problem
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()
