"""What the gate makes of diagrams with something deleted, doubled or retargeted: a short run of `python -m tests.fuzz.mutants`."""

from collections import Counter

import pytest

from tests.fuzz.mutants import play


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_a_mutant_is_refused_or_never_sticks_in_silence(first):
    """Never an exception, never slow; some are refused, some run to their end."""
    outcomes = Counter(play(seed) for seed in range(first, first + 50))
    assert outcomes["refused"]
    assert outcomes["ended"]
