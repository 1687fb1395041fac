"""Every scenario that ships with a procedure, told over HTTP on a real database."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from casework.demo import PROCEDURES
from tests.flows.counter import Counter
from tests.flows.play import Play

SCENARIOS = sorted(PROCEDURES.glob("*/v*/scenarios/*.toml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parts[-4]}-{path.parts[-3]}-{path.stem}")
def test_the_scenario_holds_over_http(counter: Counter, path: Path) -> None:
    """What the procedure's designer promised at publication is what the API's callers see."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    play = Play(counter, path.parts[-4], told["agency"])
    for number, step in enumerate(told["do"], start=1):
        try:
            play.step(step)
        except AssertionError as error:
            error.add_note(f"{path.name}, step {number}: {step}")
            raise
