"""`./motcua test [PYTEST ARGUMENTS]`: what CI runs."""

from __future__ import annotations

import argparse
import subprocess
import sys

from cli import pages

PASSES_ON = "pytest"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Everything else is handed to pytest: a path, -k NAME, -m 'not servers'."


def run(arguments: argparse.Namespace) -> int:
    try:
        pages.build()
    except pages.CannotBuild as problem:
        print(problem, file=sys.stderr)
        return 1
    return subprocess.call([sys.executable, "-m", "pytest", *arguments.rest], cwd=pages.ROOT)
