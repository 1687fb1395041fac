"""The engine against an independent token game, on random processes: a short run of `python -m tests.fuzz.run`."""

import pytest

from tests.fuzz.run import play


@pytest.mark.parametrize("first", range(0, 150, 25))
def test_engine_and_oracle_agree(first):
    """Open tasks, timers, messages, incidents and the end are the same after every step, saved and loaded or kept running."""
    for seed in range(first, first + 25):
        play(seed)
