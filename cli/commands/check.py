"""`./motcua check`: format, lint, types, import contract, tests; all are run, the first failure decides the exit code."""

from __future__ import annotations

import argparse
import subprocess
import sys

from cli import pages
from cli.commands import test

STEPS = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "mypy"),
    "imports": ("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-logo"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-tests", action="store_true", help="only what is read, nothing that is run")


def run(arguments: argparse.Namespace) -> int:
    failed = [name for name, step in STEPS.items() if _fails(name, step)]
    if not arguments.no_tests and test.run(argparse.Namespace(rest=[])):
        failed.append("tests")
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def _fails(name: str, step: tuple[str, ...]) -> bool:
    print(f"— {name}", flush=True)
    return subprocess.call([sys.executable, *step], cwd=pages.ROOT) != 0
