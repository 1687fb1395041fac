"""`python -m tests.conformance [--write] [--seeds N]`: every suite of other people's cases, and the table in docs/conformance.md.

Suites whose folder is absent are named and left out; `--write` wants them all. Random processes run 5,000 seeds unless told otherwise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conformance import (
    betsy,
    betsy_constraints,
    bpmnlint,
    dmn,
    feel,
    forms,
    hostile,
    miwg,
    tokensim,
)
from tests.conformance.material import PROJECT, Score, find
from tests.conformance.page import page
from tests.fuzz import run as fuzz

PAGE = PROJECT / "docs" / "conformance.md"

RUNNERS: list[tuple[str, Callable[[Path], list[Score]]]] = [
    ("feel", feel.run),
    ("dmn_tck", dmn.run),
    ("forms", forms.run),
    ("betsy", betsy.run),
    ("betsy", betsy_constraints.run),
    ("tokensim", tokensim.run),
    ("bpmnlint", bpmnlint.run),
    ("miwg", miwg.run),
    ("hostile", hostile.run),
]


def scores() -> tuple[list[Score], list[str]]:
    """What every suite gives, and the folders that are absent."""
    found: list[Score] = []
    absent: list[str] = []
    for name, runner in RUNNERS:
        directory = find(name)
        if directory is None:
            absent.append(name)
        else:
            found += runner(directory)
    return found, absent


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--write", action="store_true", help="write docs/conformance.md")
    given.add_argument("--seeds", type=int, default=5_000, help="random processes to run")
    options = given.parse_args()
    results, absent = scores()
    for score in results:
        print(score.text().splitlines()[0])
    for name in absent:
        print(f"no material “{name}”: set MOTCUA_CONFORMANCE")
    different = fuzz.differences(range(options.seeds))
    print(f"random processes: {len(different)} differences in {options.seeds} seeds {different[:10]}")
    if options.write:
        if absent:
            print("not written: the page needs every suite")
            return 2
        PAGE.write_text(page(results, options.seeds, len(different)), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(PROJECT)}")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main())
