"""The servers of one machine start, keep their data, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from cli import embedded


def test_a_new_database_speaks_utf8_and_has_the_extensions_search_needs(empty_database_url: str) -> None:
    """unaccent, pg_trgm and btree_gin can be created, and Vietnamese text survives a round trip."""
    with psycopg.connect(empty_database_url.replace("+psycopg", ""), autocommit=True) as connection:
        for extension in ("unaccent", "pg_trgm", "btree_gin"):
            connection.execute(f"create extension {extension}")
        assert connection.execute("select unaccent('Đặng Thị Hường')").fetchone() == ("Dang Thi Huong",)


def test_valkey_keeps_every_write_and_evicts_nothing(redis_url: str) -> None:
    """The append-only file is on and memory pressure refuses writes rather than dropping jobs."""
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    assert client.config_get("appendonly") == {"appendonly": "yes"}
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_data_survives_a_restart(tmp_path: Path) -> None:
    """Started again on the same folder, both servers still hold what was written."""
    postgres, valkey = embedded.Postgres(tmp_path / "pg"), embedded.Valkey(tmp_path / "vk")
    for server in (postgres, valkey):
        server.start()
    postgres.ensure_database("kept")
    redis.Redis.from_url(valkey.url).set("kept", "1")
    for server in (postgres, valkey):
        server.stop()
        server.start()
    try:
        psycopg.connect(postgres.url("kept", "postgresql")).close()
        assert redis.Redis.from_url(valkey.url).get("kept") == b"1"
    finally:
        postgres.stop()
        valkey.stop()


@pytest.mark.slow
def test_servers_die_with_a_killed_parent_and_start_again(tmp_path: Path) -> None:
    """`kill -9` of whoever started PostgreSQL leaves no orphan, and the next start needs no help."""
    script = (
        "import sys, time, pathlib; from cli import embedded\n"
        "p = embedded.Postgres(pathlib.Path(sys.argv[1])); p.start(); print(p.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 15
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(pid)
    again = embedded.Postgres(tmp_path)
    again.start()
    again.stop()


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_lock_file_whose_process_number_was_reused_does_not_block(tmp_path: Path) -> None:
    """After a crash the old number may belong to anybody; only a PostgreSQL on this folder counts."""
    postgres = embedded.Postgres(tmp_path)
    postgres.start()
    postgres.stop()
    lock = tmp_path / "data" / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n{tmp_path / 'data'}\n")
    postgres.start()
    postgres.stop()
