"""`./motcua migrate`: bring the database to this release; a no-op when it is there."""

from __future__ import annotations

import argparse
import sys

from cli.machine import reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Run it once per release, before the new web processes start."


def run(_: argparse.Namespace) -> int:
    from assembly import settings
    from store import migrate, roles

    with reached():
        ours = settings.load()
        try:
            migrate.upgrade(ours.owner_url, app_url=ours.database_url)
        except roles.CannotUpgrade as problem:
            print(f"motcua: {problem}", file=sys.stderr)
            return 1
    print("the database is at this release")
    return 0
