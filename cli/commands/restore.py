"""`./motcua restore FILE`: a backup into an empty system; refuses one that holds anything."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from cli.commands.backup import DUMP, KEYS, libpq_url, program
from cli.machine import Machine, reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    from assembly import settings
    from store import roles

    var = Machine.from_env().var
    try:
        archive = tarfile.open(arguments.file)  # noqa: SIM115 (used by the `with` below)
    except (OSError, tarfile.TarError) as error:
        print(f"motcua: {arguments.file} cannot be read: {error}", file=sys.stderr)
        return 2
    with archive, reached(), tempfile.TemporaryDirectory() as folder:
        if not _empty() or (var / "signing").exists():
            print(
                "motcua: this system holds data; restore into an empty one (another MOTCUA_VAR).",
                file=sys.stderr,
            )
            return 1
        archive.extract(DUMP, folder, filter="data")
        argv = [program("pg_restore"), "--no-owner", "--exit-on-error", "--single-transaction"]
        if subprocess.call([*argv, f"--dbname={libpq_url()}", os.path.join(folder, DUMP)]):
            print("motcua: pg_restore failed; the database is as empty as before.", file=sys.stderr)
            return 1
        ours = settings.load()
        roles.admit(ours.owner_url, ours.database_url)
        members = [m for m in archive.getmembers() if m.name.split("/")[0] in KEYS]
        archive.extractall(var, members, filter="data")
    print(f"{arguments.file} restored; start with ./motcua up")
    return 0


def _empty() -> bool:
    import psycopg

    with psycopg.connect(libpq_url()) as connection:
        count = "select count(*) from information_schema.tables where table_schema = 'public'"
        return connection.execute(count).fetchone() == (0,)  # type: ignore[arg-type]
