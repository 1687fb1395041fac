"""docs/conformance.md says what the runners say today."""

from __future__ import annotations

import re

import pytest

from tests.conformance.__main__ import PAGE, scores
from tests.conformance.material import Score
from tests.conformance.page import met, row
from tests.conformance.reasons import REFUSED, TARGETS, WRONG


def test_the_score_table_is_current() -> None:
    """Each row of the page is what the suite gives now, and nothing is wrong or refused without a reason on the page."""
    results = here()
    text = PAGE.read_text(encoding="utf-8")
    others = [score.name for score in results if f"| {score.name} | {score.total} |" not in text]
    if others:
        pytest.skip(f"other cases than the page tells of: {others}")
    assert [score.name for score in results if row(score) not in text] == []
    wrong = [f"{case} {why}" for score in results for case, why in score.wrong]
    refused = [
        f"{case} {why}" for score in results if not TARGETS[score.name][2] for case, why in score.refused
    ]
    assert [said for said in wrong if not any(re.search(pattern, said) for pattern, _ in WRONG)] == []
    assert [said for said in refused if not any(re.search(pattern, said) for pattern, _ in REFUSED)] == []


def test_every_target_but_one_is_met() -> None:
    """The files that the suite labels accepted though they refer to wrong elements are refused (docs/conformance.md)."""
    results = here()
    assert {score.name for score in results if not met(score)} <= {"betsy/references"}


def here() -> list[Score]:
    """What the suites give; skips where one of them is absent."""
    results, absent = scores()
    if absent:
        pytest.skip(f"conformance material {absent} is not here (set MOTCUA_CONFORMANCE)")
    return results
