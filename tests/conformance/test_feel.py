"""FEEL against the TCK and feelin: the safe core at 98 % or better; skipped where the material is absent."""

from __future__ import annotations

from tests.conformance import feel as runner
from tests.conformance.material import folder


def test_feel_agrees_with_the_tck_and_with_feelin() -> None:
    """Both suites whole, and what several engines agree on."""
    scores = {score.name: score for score in runner.run(folder("feel"))}
    assert scores["feel/tck core"].share >= 0.98, scores["feel/tck core"].text()
    assert scores["feel/feelin core"].share >= 0.98, scores["feel/feelin core"].text()
    assert scores["feel/tck"].share >= 0.98, scores["feel/tck"].text()
