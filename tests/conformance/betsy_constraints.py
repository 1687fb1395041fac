"""Diagrams that break a BPMN rule. By hand: `python -m tests.conformance.betsy_constraints DIR` (constraints.jsonl, files/).

The `REF_*` files are labelled "accepted" by the suite, though each refers to an element of a wrong kind (a sequence flow
from a pool, a default flow that is an event, a message flow from a message). Those that touch what we execute are
refused, as the suite's own EXT cases of the same kind must be; they are scored apart, as they came out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bpmn import check
from tests.conformance.material import Score, find, lines


def run(directory: Path) -> list[Score]:
    """Two scores: what must be refused, and the REF files."""
    invalid, references = Score("betsy/constraints"), Score("betsy/references")
    for case in lines(directory / "constraints.jsonl"):
        report = check.check_path(directory / case["file"])
        score = invalid if case["expected"] == "refused" else references
        verdict = "accepted" if report.accepted else "refused"
        if verdict == case["expected"]:
            (score.passed if report.accepted else score.refused).append(case["id"])
        else:
            why = next(
                (f"{f.rule} {f.element}: {f.en}" for f in report.findings if f.severity == "error"), ""
            )
            score.wrong.append((case["id"], f"{verdict}; {why}"))
    return [invalid, references]


def main(arguments: list[str]) -> int:
    directory = Path(arguments[0]) if arguments else find("betsy")
    if directory is None:
        print("no folder given and no conformance material found")
        return 2
    for score in run(directory):
        print(score.text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
