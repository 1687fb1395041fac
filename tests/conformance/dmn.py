"""DMN models against the TCK. By hand: `python -m tests.conformance.dmn DIR` (a folder with cases.jsonl and models/).

A case whose decision needs what is refused on purpose (Java functions, imports) counts as refused if the model says
so by the element's id.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import feel
from engine.dmn import DecisionService, DmnRefused, Model, load
from tests.conformance.feel import NOW, alike, typed
from tests.conformance.material import Score, by_hand, lines

REFUSED_ON_PURPOSE = ("dmn.external_function", "feel.external_function", "dmn.import")


def run(directory: Path) -> list[Score]:
    """One score for each conformance level."""
    scores: dict[str, Score] = {}
    models: dict[str, Model | DmnRefused] = {}
    for case in lines(directory / "cases.jsonl"):
        name = case["model"]
        if name not in models:
            try:
                models[name] = load((directory / name).read_bytes())
            except DmnRefused as refusal:
                models[name] = refusal
        score = scores.setdefault(case["level"], Score(f"dmn level {case['level']}"))
        judge(case, models[name], score)
    return [scores[level] for level in sorted(scores)]


def judge(case: dict[str, Any], model: Model | DmnRefused, score: Score) -> None:
    if isinstance(model, DmnRefused):
        if model.code in REFUSED_ON_PURPOSE:
            score.refused.append((case["id"], str(model)))
        else:
            score.wrong.append((case["id"], str(model)))
        return
    name = case["invocable"] or case["decision"]
    inputs = {key: typed(value) for key, value in case["inputs"].items()}
    expected = typed(case["expected"])
    try:
        actual = feel.from_python(model.decide(name, inputs, now=NOW))
    except KeyError:
        score.wrong.append((case["id"], f"no decision {name!r}"))
        return
    service = model.find(name)
    if isinstance(service, DecisionService) and len(service.outputs) > 1 and isinstance(actual, dict):
        actual = actual.get(case["decision"])
    if alike(actual, expected):
        score.passed.append(case["id"])
    elif _refused(model, name):
        score.refused.append((case["id"], "needs an external (Java) function, which is refused by name"))
    else:
        score.wrong.append((case["id"], f"gave {actual!r}, not {expected!r}"))


def _refused(model: Model, name: str) -> bool:
    """Whether the decision, or what it requires, holds an element that was refused on purpose."""
    part = model.find(name)
    refused = {finding.where for finding in model.problems if finding.code in REFUSED_ON_PURPOSE}
    stack = [] if part is None else [part.id]
    while stack:
        current = stack.pop()
        element = getattr(model.by_id[current], "element", None)
        if current in refused or (
            element is not None and refused & {one.get("id") for one in element.iter()}
        ):
            return True
        stack.extend(model.requirements_of(current))
    return False


if __name__ == "__main__":
    sys.exit(by_hand(run, "dmn_tck"))
