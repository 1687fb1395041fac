"""Our rules of bpmnlint's names against its own cases: the same elements. By hand: `python -m tests.conformance.bpmnlint DIR`.

What does not fit the dialect: `standard-size` and `no-inclusive-gateway` are taste, implicit splits are executed,
`fake-join` is said exactly by soundness-double, ad-hoc sub-processes and complex gateways are refused whole.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bpmn import check, lint, reading
from bpmn.lint import Rule
from engine.xml import XmlRefused
from tests.conformance.material import Score, by_hand, lines

NOT_OURS = {"standard-size", "no-inclusive-gateway", "no-implicit-split", "fake-join"}
REFUSED_WHOLE = {"ad-hoc-sub-process", "no-complex-gateway"}
OUR_NAMES = {"conditional-flows": "missing-condition", "event-based-gateway": "event-gateway"}


def run(directory: Path) -> list[Score]:
    """Every case of a rule that fits: the reported elements are bpmnlint's."""
    score = Score("bpmnlint")
    rules = {rule.name: rule for rule in lint.rules()}
    for case in lines(directory / "cases.jsonl"):
        if case["rule"] in NOT_OURS:
            continue
        score.judged(
            case["id"], lambda case=case: _difference(case, rules, (directory / case["file"]).read_bytes())
        )
    return [score]


def _difference(case: dict[str, Any], rules: Mapping[str, Rule], data: bytes) -> str | None:
    expected = {report["id"] for report in case["report"]}
    if case["rule"] in REFUSED_WHOLE:
        return "accepted" if expected and check.check_bytes("case.bpmn", data).accepted else None
    try:
        drawn = reading.read(data, "case.bpmn")
    except XmlRefused as refusal:
        return (
            None if "syntax" in refusal.code else refusal.en
        )  # a file that is not even XML is refused by that name
    found = {fault.element for fault in rules[OUR_NAMES.get(case["rule"], case["rule"])].check(drawn)}
    return None if found == expected else f"reported {sorted(found)}, not {sorted(expected)}"


if __name__ == "__main__":
    sys.exit(by_hand(run, "bpmnlint"))
