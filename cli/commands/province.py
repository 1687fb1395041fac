"""`./motcua province load FOLDER [--look] [--make-passwords]`: agencies, people, calendars and law from files (docs/how-to/province.md)."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections import Counter
from pathlib import Path

from cli.machine import database, reached
from engine.local import local_day


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    load = actions.add_parser("load", help="bring the files of a folder into the database; say what changes")
    load.add_argument("folder", type=Path)
    load.add_argument("--look", action="store_true", help="only say what would change")
    load.add_argument(
        "--make-passwords", action="store_true", help="print a random password for each new account"
    )


def run(arguments: argparse.Namespace) -> int:
    from assembly import clock
    from casework import accounts, leavers, province, province_files

    made: dict[str, str] = {}

    def password_hash(username: str) -> str:
        if not arguments.make_passwords or arguments.look:
            return ""
        made[username] = secrets.token_urlsafe(12)
        return accounts.hash_password(made[username])

    with reached(), database() as session:
        found = province_files.read(session, arguments.folder)
        if isinstance(found, list):
            for mistake in found:
                print(f"motcua: {mistake.where}: {mistake.what}", file=sys.stderr)
            print(f"motcua: {len(found)} mistakes, nothing was changed.", file=sys.stderr)
            return 1
        now = clock.now(session.get_bind())
        changes = province.bring_in(session, found, now=now, password_hash=password_hash)
        changes += province.bring_in_takings(session, found, since=local_day(now))
        if arguments.look:
            session.rollback()
        else:
            session.commit()
            leavers.give_back(session, now)
    for change in changes:
        more = f" {change.column}: {change.old} -> {change.new}" if change.column else ""
        print(f"{change.what} {change.table} {change.key}{more}")
    counted = Counter(change.what for change in changes)
    print(", ".join(f"{n} {what}" for what, n in sorted(counted.items())) or "nothing differs")
    for username, password in made.items():
        print(f"password of {username}: {password}")
    return 0
