"""Where the conformance material lies, and how every runner reports: passed, refused, wrong, with ids.

The material is other people's and stays outside the project: `MOTCUA_CONFORMANCE` names its folder, else
`../shared/conformance` beside the project is tried. Tests skip where it is absent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
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
    """What came out of one suite. `refused` counts as right: a clear error where one is allowed."""

    name: str
    passed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.passed) + len(self.refused) + len(self.wrong)

    @property
    def share(self) -> float:
        return (len(self.passed) + len(self.refused)) / self.total if self.total else 0.0

    def text(self) -> str:
        head = (
            f"{self.name}: {len(self.passed)} passed, {len(self.refused)} refused, "
            f"{len(self.wrong)} wrong of {self.total} ({self.share:.2%})"
        )
        return "\n".join([head, *(f"  wrong {case}: {why}" for case, why in self.wrong)])
