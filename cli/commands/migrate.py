"""`./motcua migrate`: bring the database to this release; a no-op when it is there."""

from __future__ import annotations

import argparse

from cli.machine import reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Run it once per release, before the new web processes start."


def run(_: argparse.Namespace) -> int:
    from assembly import settings
    from store import migrate

    with reached():
        migrate.upgrade(settings.load().database_url)
    print("the database is at this release")
    return 0
