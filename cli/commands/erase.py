"""`./motcua erase DOSSIER_CODE --reason "…"`: forget the persons of a closed dossier (casework/erasure.py)."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from cli.machine import database, reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="such as H23.30.05-230615-0012")
    parser.add_argument(
        "--reason", required=True, help="number and day of the request, without the person's name: it is kept"
    )


def run(arguments: argparse.Namespace) -> int:
    from casework import erasure
    from engine.actor import Actor
    from engine.rejection import Rejected

    console = Actor("console", "admin")
    with reached(), database() as session:
        done = erasure.erase(session, console, arguments.code, arguments.reason, now=datetime.now(UTC))
    if isinstance(done, Rejected):
        print(f"motcua: {done.en}", file=sys.stderr)
        return 1
    print(
        f"{arguments.code}: names, answers, words, papers and letters are gone; ./motcua verify-log still holds"
    )
    if done.plain_rows:
        print(
            f"{done.plain_rows} rows of its log were written by an earlier release and keep reasons and notes as text"
        )
    if done.related:
        print(f"with data of their own, to be erased by their own codes: {', '.join(done.related)}")
    return 0
