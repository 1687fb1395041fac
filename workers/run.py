"""`python -m workers.run relay|worker|clock`: one process of the background, until SIGTERM.

`worker-2` and so on are workers too: systemd tells its instances apart by name.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from assembly import settings
from store.db import make_engine
from workers import clock, relay
from workers.queues import JOB_QUEUES


def main(name: str) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold addresses of partners
    ours = settings.load()
    kind = name.partition("-")[0]
    if kind == "worker":
        return _work(_redis(ours.redis_url))
    if kind not in ("relay", "clock"):
        print(f"workers.run: expected relay, worker or clock, not {name!r}", file=sys.stderr)
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    engine = make_engine(ours.database_url, pool_size=2)
    if kind == "relay":
        relay.run(engine, _redis(ours.redis_url), stop)
    else:
        clock.run(engine, stop)
    return 0


def _work(connection: Redis) -> int:
    """Serve every queue. Jobs run in this process: they wait for others and hold no memory, so a fork buys nothing;
    if the process dies, the outbox hands its job out again."""
    worker = SimpleWorker(list(JOB_QUEUES), connection=connection, serializer=JSONSerializer, worker_ttl=60)
    worker.work(logging_level="WARNING")
    return 0


def _redis(url: str) -> Redis:
    """No waiting inside the client: who uses it knows better when to try again."""
    return Redis.from_url(url, retry=Retry(ConstantBackoff(0.1), 1), socket_connect_timeout=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
