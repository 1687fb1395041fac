"""`./motcua rebuild [--check]`: make the tables anew from the event log, or only say where they differ."""

from __future__ import annotations

import argparse

from cli.machine import database, reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if a table differs from the log"
    )


def run(arguments: argparse.Namespace) -> int:
    from store import rebuild

    with reached(), database() as session:
        differences = rebuild.differences(session) if arguments.check else rebuild.rebuild(session)
        session.commit()
    print(differences or "the tables are what the log says")
    return 1 if arguments.check and differences else 0
