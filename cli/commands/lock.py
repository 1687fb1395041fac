"""`./motcua lock`: resolve requirements*.in anew into the hash-locked requirements*.txt, and the npm packages."""

from __future__ import annotations

import argparse
import subprocess
import sys

from cli import pages

# Each set is resolved together with those above it, so that all can stand in one environment.
SETS = ("requirements", "requirements-embedded", "requirements-dev", "requirements-node")
TOOL = "pip-tools>=7.5"
FLAGS = (
    "--quiet", "--strip-extras", "--allow-unsafe", "--generate-hashes",
    "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links",
)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions the .in files allow")


def run(arguments: argparse.Namespace) -> int:
    steps = [["-m", "pip", "install", "--quiet", "--disable-pip-version-check", TOOL]]
    flags = [*FLAGS, *(["--upgrade"] if arguments.upgrade else [])]
    steps += [
        ["-m", "piptools", "compile", *flags, f"--output-file={name}.txt", f"{name}.in"] for name in SETS
    ]
    for step in steps:
        if subprocess.call([sys.executable, *step], cwd=pages.ROOT):
            return 1
    print("locked: " + ", ".join(f"{name}.txt" for name in SETS))
    return 0
