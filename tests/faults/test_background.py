"""Relay, worker, Redis and PostgreSQL die while rows flow: every row is told, and told once in effect.

Real processes under the real supervisor, killed with SIGKILL; the subscriber is the simulated one over HTTP, which
counts keys. A repeat with the same key is allowed outside (at least once) and changes nothing there.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from cli import embedded
from cli.machine import Machine
from cli.supervisor import Supervisor
from national.simulators.webhook import Subscriber
from store import migrate, outbox
from store.db import make_engine
from store.tables import outbox as rows
from store.tables import webhook

SECRET = "shared"
PATIENCE_SECONDS = 60.0


class Running:
    """PostgreSQL, Valkey, relay and worker as `./motcua up` runs them, without the web."""

    def __init__(self, folder: Path) -> None:
        self.machine = Machine(folder, embedded.Postgres(folder / "pg"), embedded.Valkey(folder / "vk"))
        self.machine.lock()
        self.machine.start()
        self.said: list[str] = []
        env = self.machine.env()
        migrate.upgrade(self.machine.owner()["MOTCUA_OWNER_URL"], app_url=env["DATABASE_URL"])
        self.engine = make_engine(env["DATABASE_URL"])
        self.redis = Redis.from_url(env["REDIS_URL"])
        self.supervisor = Supervisor(self.machine, env, self.said.append)
        self.subscriber = Subscriber(SECRET)
        self.slow = 0.0
        self.asked = 0
        self.answering = threading.Event()
        self.answering.set()
        self._http = make_server("127.0.0.1", 0, Request.application(self._answer), threaded=True)
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        with self.engine.begin() as connection:
            row = {"url": f"http://127.0.0.1:{self._http.server_port}/", "secret": SECRET, "topics": ["*"]}
            ids = connection.scalars(insert(webhook).values(created_at=_now(), **row).returning(webhook.c.id))
            self.webhook = ids.one()

    def start(self, *names: str) -> None:
        for name in names:
            self.supervisor.add(name, sys.executable, "-P", "-m", "workers.run", name)

    def put(self, count: int) -> None:
        """Rows as a business commit writes them."""
        with Session(self.engine) as session, session.begin():
            for _ in range(count):
                outbox.put(session, "webhook", {"webhook": self.webhook, "topic": "received"}, now=_now())

    def kill(self, name: str) -> None:
        child = next(child for child in self.supervisor.children if child.name == name)
        if child.process:
            child.process.kill()

    def let_run(self, until: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
        """Supervise until the condition holds; False if it did not in time."""
        deadline = time.monotonic() + seconds
        held = False

        def over() -> bool:
            nonlocal held
            held = until()
            return held or time.monotonic() > deadline

        self.supervisor.watch(until=over)
        return held

    def done(self) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).where(rows.c.done_at.is_not(None))) or 0

    def stop(self) -> None:
        self.answering.set()
        self.redis.close()
        self.engine.dispose()
        self.supervisor.stop()
        self._http.shutdown()

    def _answer(self, request: Request) -> Response:
        self.asked += 1
        self.answering.wait(PATIENCE_SECONDS)
        time.sleep(self.slow)
        return self.subscriber.answer(request)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    system = Running(tmp_path)
    yield system
    system.stop()


@pytest.mark.slow
def test_a_killed_relay_and_worker_lose_no_row(running: Running) -> None:
    """SIGKILL to each, again and again, between commit and queue and in the middle of jobs."""
    running.start("relay", "worker")
    running.slow = 0.005
    for round_ in range(6):
        running.put(25)
        already = running.done()
        running.let_run(lambda already=already: running.done() > already + 5, 20)
        running.kill("relay" if round_ % 2 else "worker")
    assert running.let_run(lambda: running.done() == 150)
    assert len(running.subscriber.notices) == 150
    assert sum("stopped" in sentence for sentence in running.said) >= 6


@pytest.mark.slow
def test_a_worker_killed_in_mid_job_leaves_it_to_another_within_seconds(running: Running) -> None:
    """The row's lock goes with the dead worker's connection, and its lease runs out."""
    running.start("relay", "worker")
    running.answering.clear()
    running.put(1)
    assert running.let_run(lambda: running.asked == 1)
    running.kill("worker")
    running.answering.set()
    killed_at = time.monotonic()
    assert running.let_run(lambda: running.done() == 1)
    assert time.monotonic() - killed_at < 30
    assert running.asked >= 2
    assert len(running.subscriber.notices) == 1


@pytest.mark.slow
def test_a_redis_that_is_wiped_and_killed_loses_no_row(running: Running) -> None:
    """What it carried comes back from the outbox; while it is away nothing is refused."""
    running.start("relay")
    running.put(40)
    running.let_run(lambda: running.redis.llen("rq:queue:partners") == 40, 20)
    running.redis.flushall()
    assert running.machine.valkey
    assert running.machine.valkey.process
    running.machine.valkey.process.kill()
    running.put(40)
    running.start("worker")
    assert running.let_run(lambda: running.done() == 80)
    assert len(running.subscriber.notices) == 80


@pytest.mark.slow
def test_a_killed_database_loses_no_committed_row(running: Running) -> None:
    """SIGKILL to PostgreSQL in the middle of jobs: it recovers, relay and worker find it again."""
    running.start("relay", "worker")
    running.slow = 0.02
    running.put(60)
    running.let_run(lambda: running.done() > 10, 20)
    assert running.machine.postgres
    assert running.machine.postgres.process
    running.machine.postgres.process.kill()
    time.sleep(0.2)
    assert running.let_run(lambda: _safely(running.done) == 60)
    assert len(running.subscriber.notices) == 60


def _safely(count: Callable[[], int]) -> int:
    """The count, or -1 while the database is away."""
    try:
        return count()
    except Exception:
        return -1
