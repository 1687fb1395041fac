"""The publication gate on other people's diagrams and on hostile files."""

from __future__ import annotations

from tests.conformance import betsy_constraints, bpmnlint, hostile, miwg
from tests.conformance.material import folder


def test_hostile_files_get_their_verdict() -> None:
    """100 % as the manifest says, each within its limit."""
    [score] = hostile.run(folder("hostile"))
    assert score.wrong == []


def test_broken_bpmn_rules_are_found() -> None:
    """At least 95 % of the invalid diagrams are refused."""
    invalid, _ = betsy_constraints.run(folder("betsy"))
    assert invalid.share >= 0.95, invalid.text()


def test_rules_of_bpmnlint_report_the_same_elements() -> None:
    [score] = bpmnlint.run(folder("bpmnlint"))
    assert score.wrong == []


def test_reference_diagrams_get_a_clear_verdict() -> None:
    [score] = miwg.run(folder("miwg"))
    assert score.wrong == []
