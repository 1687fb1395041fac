"""Databases for benches: on the embedded server under var/bench, or on MOTCUA_BENCH_DATABASE_URL's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.embedded import Postgres

VAR = Path(os.environ.get("MOTCUA_VAR") or Path(__file__).parent.parent / "var").absolute()


@contextmanager
def database(name: str) -> Iterator[str]:
    """URL of the database `bench_<name>`; kept between runs, so that a large fill is paid once."""
    external = os.environ.get("MOTCUA_BENCH_DATABASE_URL")
    if external:
        yield external
        return
    server = Postgres(VAR / "bench" / "postgres")
    server.start()
    try:
        server.ensure_database(f"bench_{name}")
        yield server.url(f"bench_{name}")
    finally:
        server.stop()
