"""`./motcua bench [NAME…]`: run the measurements of bench/ and write bench/RESULTS.md."""

from __future__ import annotations

import argparse
import subprocess
import sys

from cli import pages

PASSES_ON = "bench"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Everything after the command is handed to bench: names of measurements (feel forms flow gate http inbox pages), none for all."


def run(arguments: argparse.Namespace) -> int:
    return subprocess.call([sys.executable, "-m", "bench", *arguments.rest], cwd=pages.ROOT)
