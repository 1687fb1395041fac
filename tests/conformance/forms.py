"""E-forms against form-js: its viewer's answers to whole forms, its field validator's tests, its JSON schema's tests.

By hand: `python -m tests.conformance.forms DIR` (oracle.jsonl, field_validation.jsonl, schema_validation.jsonl,
schemas/) prints the scores.
"""

from __future__ import annotations

import datetime as py
import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import forms
from forms.build import Builder
from forms.validate import faults
from tests.conformance.material import Score, by_hand, lines

NOW = py.datetime(2026, 1, 5, 8, 30, tzinfo=py.UTC)


def run(directory: Path) -> list[Score]:
    """Scores of the suites present in the folder."""
    scores = []
    judges = {"oracle": judge_oracle, "field_validation": judge_field, "schema_validation": judge_schema}
    for name, judge in judges.items():
        path = directory / f"{name}.jsonl"
        if path.exists():
            score = Score(f"forms/{name}")
            for case in lines(path):
                score.judged(case["id"], lambda case=case, judge=judge: judge(case, directory))
            scores.append(score)
    return scores


def judge_oracle(case: dict[str, Any], directory: Path) -> str | None:
    """None if submitted data and errors are those of the viewer, else the difference."""
    try:
        e_form = _load(directory / case["schema_file"])
    except forms.EFormRefused as refused:
        return f"refused: {refused}"
    checked = forms.check(e_form, case["data"], now=NOW)
    if json.dumps(checked.answers, sort_keys=True) != json.dumps(case["submit_data"], sort_keys=True):
        wrong = {
            name: (checked.answers.get(name), case["submit_data"].get(name))
            for name in checked.answers.keys() | case["submit_data"].keys()
            if checked.answers.get(name) != case["submit_data"].get(name)
        }
        return f"submitted (ours, theirs): {wrong}"
    if case["errors"] is not None and "errors" in case:
        return None if checked.errors == case["errors"] else f"errors {checked.errors}, not {case['errors']}"
    messages = sorted(_messages(checked.errors))
    return None if messages == sorted(case["error_messages"]) else f"{messages}, not {case['error_messages']}"


def judge_field(case: dict[str, Any], directory: Path) -> str | None:
    """None if the validator says what form-js's says."""
    raw = {"type": "textfield", "key": "x", **case["field"]}
    pattern = raw.get("validate", {}).get("pattern")
    if isinstance(pattern, dict):
        raw["validate"] = {**raw["validate"], "pattern": pattern["$regex"]}
    [field] = Builder({}).fields([raw])
    value = None if isinstance(case["value"], dict) and "$undef" in case["value"] else case["value"]
    messages = [fault.en for fault in faults(field, value, {})]
    theirs = [
        " ".join(message.split()) for message in case["errors"]
    ]  # 2.0.0 mended a doubled space of the source
    return None if messages == theirs else f"{messages}, not {theirs}"


def judge_schema(case: dict[str, Any], directory: Path) -> str | None:
    """None if the verdict is that of the JSON schema, and some problem stands where the schema sees one."""
    problems = forms.structure_problems(case["form"])
    if (not problems) != case["valid"]:
        return f"found {[problem.en for problem in problems]}, expected valid={case['valid']}"
    theirs = {error["path"] for error in case["errors"]}
    if problems and not theirs & {problem.where for problem in problems}:
        return f"found at {[problem.where for problem in problems]}, not at {sorted(theirs)}"
    return None


@lru_cache
def _load(path: Path) -> forms.EForm:
    return forms.load(path.read_bytes(), as_viewer=True)


def _messages(errors: Any) -> list[str]:
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, dict):
        errors = list(errors.values())
    return [message for item in errors or () for message in _messages(item)]


if __name__ == "__main__":
    sys.exit(by_hand(run, "forms"))
