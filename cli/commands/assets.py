"""`./motcua assets`: build the page assets if what they are made of has changed."""

from __future__ import annotations

import argparse
import sys

from cli import pages


def configure(parser: argparse.ArgumentParser) -> None:
    del parser


def run(arguments: argparse.Namespace) -> int:
    try:
        print("page assets built" if pages.build() else "page assets are up to date")
    except pages.CannotBuild as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0
