"""`./motcua verify-log`: walk every dossier's hash chain and the sealed roots; exit 1 at the first break."""

from __future__ import annotations

import argparse

from cli.machine import database, reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Reads only. Each break is named by dossier and sequence number."


def run(_: argparse.Namespace) -> int:
    from store import verify

    with reached(), database() as session:
        report = verify.verify_log(session)
    print(report)
    return 0 if report.ok else 1
