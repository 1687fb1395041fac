"""Where the conformance material lies, and how every runner reports: passed, refused, wrong, with ids.

The material is other people's and stays outside the project: `MOTCUA_CONFORMANCE` names its folder, else
`../shared/conformance` beside the project is tried. Tests skip where it is absent.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def folder(name: str) -> Path:
    """The folder of one suite; skips the calling test where the material is absent."""
    found = find(name)
    if found is None:
        pytest.skip(f"conformance material “{name}” is not here (set MOTCUA_CONFORMANCE)")
    return found


def find(name: str) -> Path | None:
    """The folder of one suite, or None."""
    given = os.environ.get("MOTCUA_CONFORMANCE")
    roots = [Path(given)] if given else [parent / "shared" / "conformance" for parent in PROJECT.parents]
    return next((root / name for root in roots if (root / name).is_dir()), None)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The cases of a .jsonl file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


@dataclass
class Score:
    """What came out of one suite, by id. `refused` counts as right: a clear error where one is allowed, with its reason."""

    name: str
    passed: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.passed) + len(self.refused) + len(self.wrong)

    @property
    def share(self) -> float:
        return (len(self.passed) + len(self.refused)) / self.total if self.total else 0.0

    def judged(self, case: str, judge: Callable[[], str | None]) -> None:
        """Files the case under passed (`judge` gives None) or wrong; a surprise is wrong too and stops nothing."""
        try:
            why = judge()
        except Exception as surprise:
            why = f"raised {surprise!r}"
        if why is None:
            self.passed.append(case)
        else:
            self.wrong.append((case, why))

    def text(self) -> str:
        """The figures, then the ids of what was refused and what is wrong, each with its reason."""
        return "\n".join(
            [
                f"{self.name}: {len(self.passed)} passed, {len(self.refused)} refused, "
                f"{len(self.wrong)} wrong of {self.total} ({self.share:.2%})",
                *(f"  refused {case}: {why}" for case, why in self.refused),
                *(f"  wrong {case}: {why}" for case, why in self.wrong),
            ]
        )


def by_hand(run: Callable[[Path], list[Score]], suite: str) -> int:
    """`python -m tests.conformance.<runner> [DIR] [--passed]`: prints the scores; 1 if anything is wrong, 2 without material.

    `--passed` lists the ids of what passed too.
    """
    named = [word for word in sys.argv[1:] if not word.startswith("--")]
    directory = Path(named[0]) if named else find(suite)
    if directory is None or not directory.is_dir():
        print(f"no material “{directory or suite}”: name a folder, or set MOTCUA_CONFORMANCE")
        return 2
    try:
        scores = run(directory)
    except FileNotFoundError as missing:
        print(f"not the material of “{suite}”: {missing.filename} is not there")
        return 2
    if not any(score.total for score in scores):
        print(f"no cases of “{suite}” in {directory}")
        return 2
    for score in scores:
        print(score.text())
        if "--passed" in sys.argv:
            print(*(f"  passed {case}" for case in score.passed), sep="\n")
    return int(any(score.wrong for score in scores))
