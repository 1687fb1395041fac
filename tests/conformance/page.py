"""docs/conformance.md: the score table, and what is refused or wrong with one line each."""

from __future__ import annotations

from collections import Counter

from tests.conformance.material import Score
from tests.conformance.reasons import REFUSED, TARGETS, WRONG, why

HEAD = """# Conformance

Written by `python -m tests.conformance --write`; do not edit. The cases are other people's (DMN TCK, feelin, form-js, betsy,
bpmn-js-token-simulation, bpmnlint, MIWG) and lie outside the project: `MOTCUA_CONFORMANCE` names their folder, tests skip
where it is absent. One suite on another folder of its format: `python -m tests.conformance.<runner> DIR`, with the runners
`feel dmn forms betsy betsy_constraints tokensim bpmnlint miwg hostile`; it prints what passed, was refused and is wrong, with ids.

*Refused*: a clear error that names the element. *Wrong*: any other difference from what the suite expects, also where we
think that the suite errs. Nothing of a suite is skipped but what its authors skip, and bpmnlint's rules of taste
(below). “Core” are the expressions on which several engines agree.

"""

TABLE = "| suite | cases | passed | refused | wrong | must show | met |\n|---|---:|---:|---:|---:|---|---|"

TAIL = """
## Decided on purpose

- **Refused by name**: complex gateways, compensation, transactions, ad-hoc sub-processes, scripts that are not FEEL,
  code behind tasks and listeners, several triggers together on a border or event sub-process, instantiating and parallel
  event-based gateways, a cycle on an intermediate event, multi-instance `behavior` other than All, global user and rule tasks, imports and Java functions in decision models.
- **Signals** (§10.5.1) reach every catch that waits in the dossier (the suites, whose processes are no dossiers, pass them on to all). An event sub-process absorbs the signal for the border of
  its own sub-process; what it throws again goes on to that border (§10.5.6, §13.5.4).
- **Errors nobody catches** end the process at its top and are an incident inside a sub-process (BPMN leaves it open).
- **MIWG's diagrams** that say `isExecutable="false"` are drawings: refused as having no process to execute.
- **bpmnlint**: `standard-size` and `no-inclusive-gateway` are taste, `no-implicit-split` forbids what we execute,
  `fake-join` is said exactly by the rule [soundness-double](rules/soundness-double.md).
- **E-forms**: where our checks are stricter than form-js stands in [forms.md](forms.md); where FEEL leaves a choice, in
  [feel.md](feel.md). The suites run with form-js's own rules.

## Random processes

`python -m tests.fuzz.run --seeds 5000` runs random processes on the engine and on an independent token game that shares
no code with it, and compares open tasks, timers, messages, stuck places and the end after every step. Each seed runs both
with and without save and load between steps: a saved one, whose snapshot is also migrated onto its own version, and one
kept running in memory; the two must report the same changes and hold the same bytes. Drawn are: parallel, exclusive, inclusive and event-based
gateways, loops, embedded sub-processes and calls, both alone and multi-instance (parallel, sequential, with completion
condition), timer, message, signal, error, escalation and conditional events on borders and of event sub-processes,
interrupting or not, thrown errors, escalations and signals (also again from their own handler), and terminate ends.

`python -m tests.fuzz.mutants --seeds 2000` breaks the shipped diagrams and sound random ones: the gate never raises nor takes
long, and what it accepts never comes to rest where nobody is waited for and nothing is told.
"""


def page(scores: list[Score], seeds: int, differences: int) -> str:
    """The whole page."""
    rows = [row(score) for score in scores]
    mark = "yes" if not differences and seeds >= 5_000 else "**no**"
    rows.append(
        f"| random processes | {seeds} | {seeds - differences} | 0 | {differences} | 0 differences in 5,000 | {mark} |"
    )
    parts = [HEAD + "\n".join([TABLE, *rows]), "\n## What is wrong, and why\n", *_lines(scores, "wrong")]
    parts += ["\n## What was refused, and why\n", *_lines(scores, "refused")]
    return "\n".join(parts) + "\n" + TAIL


def row(score: Score) -> str:
    """One line of the table."""
    wanted, _, _ = TARGETS[score.name]
    figures = f"{score.total} | {len(score.passed)} | {len(score.refused)} | {len(score.wrong)}"
    return f"| {score.name} | {figures} | {wanted} | {_mark(score)} |"


def met(score: Score) -> bool:
    """Does the suite show what it must? Where executing counts, nothing at all may be silently wrong."""
    _, share, refusals_count = TARGETS[score.name]
    right = len(score.passed) + len(score.refused) * refusals_count
    return right >= share * score.total and (refusals_count or not score.wrong)


def _mark(score: Score) -> str:
    if not TARGETS[score.name][0]:
        return ""
    return "yes" if met(score) else "**no**"


def _lines(scores: list[Score], which: str) -> list[str]:
    known = WRONG if which == "wrong" else REFUSED
    lines = []
    for score in scores:
        if score.name.endswith(" core") or (
            which == "refused" and TARGETS[score.name][2] and "dmn" not in score.name
        ):
            continue  # the core is part of the whole; where refusing is the right answer there is nothing to explain
        counted = Counter(why(case, said, known) for case, said in getattr(score, which))
        lines += [f"- {score.name}, {number}: {line}" for line, number in counted.most_common()]
    return lines or ["- nothing"]
