"""Reference diagrams, and any other .bpmn: a clear verdict in time, never a crash. By hand: `python -m tests.conformance.miwg DIR`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bpmn import check
from tests.conformance.material import Score, by_hand

LIMIT_SECONDS = 10


def run(directory: Path) -> list[Score]:
    """Accepted, or refused with a sentence in both languages for each finding."""
    score = Score("miwg")
    for path in sorted(directory.rglob("*.bpmn")):
        started = time.perf_counter()
        report = check.check_path(path)
        seconds = time.perf_counter() - started
        name = path.relative_to(directory).as_posix()
        clear = all(f.vi and f.en and f.rule for f in report.findings) and (
            report.accepted or report.findings
        )
        if seconds > LIMIT_SECONDS or not clear:
            score.wrong.append((name, f"{seconds:.1f} s, {len(report.findings)} findings"))
        elif report.accepted:
            score.passed.append(name)
        else:
            score.refused.append((name, report.findings[0].en))
    return [score]


if __name__ == "__main__":
    sys.exit(by_hand(run, "miwg"))
