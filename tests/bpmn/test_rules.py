"""Each rule of the gate: its good diagram passes, its bad one is found, and it has a page.

`tests/diagrams/<rule>/{good,bad}.bpmn`; a rule that needs a bundle has `bad/` with the files that differ from the sound
bundle in `tests/diagrams/bundle/`. The element at fault has the id `bad`, where it has an id.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn import check, lint
from bpmn.problem import Finding

ROOT = Path(__file__).parents[2]
DIAGRAMS = ROOT / "tests" / "diagrams"
PAGES = ROOT / "docs" / "rules"
NOT_IN_LINT = {
    "bundle", "e-form", "english", "executable", "manifest", "scenario", "soundness-budget", "soundness-dead", "soundness-deadlock",
    "soundness-double", "soundness-livelock", "soundness-message", "xml",
}  # fmt: skip
RULES = sorted({rule.name for rule in lint.rules()} | NOT_IN_LINT)
WITH_DIAGRAMS = [rule for rule in RULES if (DIAGRAMS / rule / "bad.bpmn").exists()]
WITH_BUNDLES = [rule for rule in RULES if (DIAGRAMS / rule / "bad").is_dir()]
OTHERWISE_NAMED = {
    "id-name": "2nd-task", "xml": "", "main-process": "bad", "missing-template": "giay", "form-key": "bad-key",
    "unknown-file": "bad.exe", "manifest": "time_limit.bad", "e-form": "/components/1/key", "scenario": "do[1]",
    "decision": "two", "slip-words": "receive", "suggestion": "suggested[0].when", "english": "", "english-blanks": "Họ tên",
    "text-without-english": "don.form ten", "unused-english": "Họ và tên",
}  # fmt: skip


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def of_rule(rule: str, findings: tuple[Finding, ...]) -> list[str]:
    return [finding.element for finding in findings if finding.rule == rule]


@pytest.mark.parametrize("rule", WITH_DIAGRAMS)
def test_good_diagram_passes(rule: str) -> None:
    """No finding of this rule, and nothing else that would stop it."""
    report = check.check_path(DIAGRAMS / rule / "good.bpmn")
    assert of_rule(rule, report.findings) == []
    assert report.accepted, report.findings


@pytest.mark.parametrize("rule", WITH_DIAGRAMS)
def test_bad_diagram_is_found(rule: str) -> None:
    """The finding names the element at fault."""
    report = check.check_path(DIAGRAMS / rule / "bad.bpmn")
    assert OTHERWISE_NAMED.get(rule, "bad") in of_rule(rule, report.findings), report.findings


def test_sound_bundle_passes_without_a_finding() -> None:
    """The bundle that the bad ones differ from: only its missing picture is told."""
    report = check.check(files(DIAGRAMS / "bundle"))
    assert report.accepted, report.findings
    assert {finding.rule for finding in report.findings} <= {"no-bpmndi", "label-required"}, report.findings
    assert (report.code, report.version) == ("1.000001", 1)


@pytest.mark.parametrize("rule", WITH_BUNDLES)
def test_bad_bundle_is_found(rule: str) -> None:
    """The sound bundle with these files is found out by this rule, and by no other error."""
    report = check.check(files(DIAGRAMS / "bundle") | files(DIAGRAMS / rule / "bad"))
    assert OTHERWISE_NAMED.get(rule, "bad") in of_rule(rule, report.findings), report.findings
    errors = {finding.rule for finding in report.findings if finding.severity == "error"}
    assert errors <= {rule}, report.findings


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_diagrams_and_a_page(rule: str) -> None:
    """One rule, one page; a bad example of its own."""
    assert (PAGES / f"{rule}.md").read_text(encoding="utf-8").startswith(f"# {rule}\n")
    if rule not in ("bundle", "soundness-budget"):  # theirs are made in tests: a bad zip, a huge diagram
        assert rule in WITH_DIAGRAMS or rule in WITH_BUNDLES


def test_no_page_without_a_rule() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(RULES)
