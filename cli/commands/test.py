"""`./motcua test [PYTEST ARGUMENTS]`: what CI runs. Without arguments: everything, a file at a time in several processes."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from cli import pages

PASSES_ON = "pytest"
# One more than there are processors: tests of browsers and of killed processes wait a good part of their time. Each process
# has servers of its own. Files go out whole and in their order (tests/conftest.py).
PROCESSES = min(4, (os.cpu_count() or 1) + 1)
EVERYTHING = ("-n", str(PROCESSES), "--dist", "loadscope", "--no-loadscope-reorder")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Without arguments: every test, on every processor. Arguments are handed to pytest: a path, -k NAME, -m 'not servers'."


def run(arguments: argparse.Namespace) -> int:
    try:
        pages.build()
    except pages.CannotBuild as problem:
        print(problem, file=sys.stderr)
        return 1
    chosen = arguments.rest or EVERYTHING
    return subprocess.call([sys.executable, "-m", "pytest", *chosen], cwd=pages.ROOT)
