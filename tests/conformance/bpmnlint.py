"""Our rules of bpmnlint's names against its own cases: the same elements. By hand: `python -m tests.conformance.bpmnlint DIR`.

What does not fit the dialect: `standard-size` and `no-inclusive-gateway` are taste, implicit splits are executed,
`fake-join` is said exactly by soundness-double, ad-hoc sub-processes and complex gateways are refused whole.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bpmn import check, diagram, lint
from bpmn.xml import XmlRefused
from tests.conformance.material import Score, find, lines

NOT_OURS = {"standard-size", "no-inclusive-gateway", "no-implicit-split", "fake-join"}
REFUSED_WHOLE = {"ad-hoc-sub-process", "no-complex-gateway"}


def run(directory: Path) -> Score:
    """Every case of a rule that fits: the reported elements are bpmnlint's."""
    score = Score("bpmnlint")
    rules = {rule.name: rule for rule in lint.rules()}
    for case in lines(directory / "cases.jsonl"):
        if case["rule"] in NOT_OURS:
            continue
        data = (directory / case["file"]).read_bytes()
        if case["rule"] in REFUSED_WHOLE:
            refused = not check.check_bytes("case.bpmn", data).accepted
            (score.refused if refused else score.passed).append(case["id"])
            continue
        try:
            drawn = diagram.read(data, "case.bpmn")
        except XmlRefused as refusal:
            if "syntax" in refusal.code:  # a file that is not even XML
                score.refused.append(case["id"])
            else:
                score.wrong.append((case["id"], refusal.en))
            continue
        found = {fault.element for fault in rules[case["rule"]].check(drawn)}
        expected = {report["id"] for report in case["report"]}
        if found == expected:
            score.passed.append(case["id"])
        else:
            score.wrong.append((case["id"], f"reported {sorted(found)}, not {sorted(expected)}"))
    return score


def main(arguments: list[str]) -> int:
    directory = Path(arguments[0]) if arguments else find("bpmnlint")
    if directory is None:
        print("no folder given and no conformance material found")
        return 2
    print(run(directory).text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
