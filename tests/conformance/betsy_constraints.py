"""Diagrams that break a BPMN rule. By hand: `python -m tests.conformance.betsy_constraints DIR` (constraints.jsonl, files/).

The `REF_*` files are labelled "accepted" by the suite, though each refers to an element of a wrong kind (a sequence flow
from a pool, a default flow that is an event, a message flow from a message). They are scored apart: one that we accept
passes, one that is BPMN but not executable here (a send task without a message) is refused by name, and one that is
refused because the reference itself is wrong, as the suite's own EXT cases of the same kind must be, counts as wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bpmn import check
from tests.conformance.material import Score, by_hand, lines


def run(directory: Path) -> list[Score]:
    """Two scores: what must be refused, and the REF files."""
    invalid, references = Score("betsy/constraints"), Score("betsy/references")
    for case in lines(directory / "constraints.jsonl"):
        report = check.check_path(directory / case["file"])
        errors = [f for f in report.findings if f.severity == "error"]
        why = f"{errors[0].rule} {errors[0].element}: {errors[0].en}" if errors else ""
        if case["expected"] == "refused":
            if errors:
                invalid.refused.append((case["id"], why))
            else:
                invalid.wrong.append((case["id"], "accepted"))
        elif not errors:
            references.passed.append(case["id"])
        elif all(f.rule == "executable" for f in errors):
            references.refused.append((case["id"], why))
        else:
            structure = next(f for f in errors if f.rule != "executable")
            references.wrong.append((case["id"], f"{structure.rule} {structure.element}: {structure.en}"))
    return [invalid, references]


if __name__ == "__main__":
    sys.exit(by_hand(run, "betsy"))
