"""`./motcua backup FILE`: the database (pg_dump, custom format) and the keys beside it in one tar archive."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from assembly import settings
from cli.machine import Machine, reached

DUMP = "database.dump"
KEYS = ("signing", "secret_key")  # in the data folder; `signing`: the demo's own authority


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the archive to write, e.g. motcua-2026-11-21.tar")


def run(arguments: argparse.Namespace) -> int:
    var = Machine.from_env().var
    new = arguments.file.with_name(arguments.file.name + ".new")
    with reached(), tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / DUMP
        code = subprocess.call(
            [
                program("pg_dump"),
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--file={dump}",
                libpq_url(),
            ]
        )
        if code:
            print("motcua: pg_dump failed; no archive was written.", file=sys.stderr)
            return 1
        with (
            open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target,
            tarfile.open(fileobj=target, mode="w") as archive,
        ):
            archive.add(dump, DUMP)
            for name in KEYS:
                if (var / name).exists():
                    archive.add(var / name, name)
    new.replace(arguments.file)
    print(f"{arguments.file}: {arguments.file.stat().st_size // 1024} kB")
    return 0


def program(name: str) -> str:
    """The wheel's program, which is never older than the server it dumps; else the machine's."""
    from cli import embedded

    try:
        return str(embedded.postgres_program(name))
    except embedded.DidNotStart:
        return name


def libpq_url() -> str:
    """The database as its owner, as libpq's own programs read it."""
    return settings.load().owner_url.replace("postgresql+psycopg://", "postgresql://")
