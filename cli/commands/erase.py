"""`./motcua erase DOSSIER_CODE --reason "…"`: forget the persons of a closed dossier (casework/erasure.py)."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from cli.machine import database, reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="such as H23.30.05-230615-0012")
    parser.add_argument("--reason", required=True, help="whose request, of which day: it is kept")


def run(arguments: argparse.Namespace) -> int:
    from casework import erasure
    from engine.actor import Actor

    console = Actor("console", "admin")
    with reached(), database() as session:
        refused = erasure.erase(session, console, arguments.code, arguments.reason, now=datetime.now(UTC))
    if refused:
        print(f"motcua: {refused.en}", file=sys.stderr)
        return 1
    print(f"{arguments.code}: names, answers, papers and letters are gone; ./motcua verify-log still holds")
    return 0
