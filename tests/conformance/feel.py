"""FEEL against the DMN TCK's expressions and feelin's own tests.

By hand: `python -m tests.conformance.feel DIR` (a folder with tck.jsonl and feelin.jsonl) prints the scores.
A case that needs what JSON cannot carry (a JavaScript function in the context, item definitions of a DMN model) is
counted like any other; only cases their authors skip are left out of the feelin share.
"""

from __future__ import annotations

import datetime as py
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import feel
from feel.temporal import Date, DateTime, Duration, Time, YearsMonths
from feel.temporal_text import parse_any
from tests.conformance.material import Score, by_hand, lines

NOW = py.datetime(2026, 1, 5, 8, 30, tzinfo=py.UTC)


def run(directory: Path) -> list[Score]:
    """Scores of all suites in the folder, each whole and as its safe core."""
    scores = []
    for name, judge in (("tck", judge_tck), ("feelin", judge_feelin)):
        path = directory / f"{name}.jsonl"
        if path.exists():
            whole, core = Score(f"feel/{name}"), Score(f"feel/{name} core")
            for case in lines(path):
                if case.get("skip"):
                    continue
                for score in [whole, core] if case["feelin_agrees"] else [whole]:
                    score.judged(case["id"], lambda case=case, judge=judge: judge(case))
            scores += [whole, core]
    return scores


def judge_tck(case: dict[str, Any]) -> str | None:
    """None if right, else what came out. A refused text is null, as the TCK expects of errors."""
    context = {name: typed(value) for name, value in case["context"].items()}
    actual = evaluate(case["expr"], context)
    expected = typed(case["expected"])
    if case["coerced"] and isinstance(actual, list) and len(actual) == 1 and not isinstance(expected, list):
        actual = actual[0]  # the TCK's decision is typed: its variable takes the single item of a list
    return None if alike(actual, expected) else f"{case['expr']!r} gave {actual!r}, not {expected!r}"


def judge_feelin(case: dict[str, Any]) -> str | None:
    if case["kind"] == "unary":
        given = case["input"]
        value, context = (given.get("?"), given) if isinstance(given, dict) else (given, {})
        actual = feel.compile_unary(case["expr"], context, names_in(context))(value, context)
    else:
        actual = evaluate(case["expr"], case["context"])
    expected = case["expected"]
    if isinstance(expected, dict) and "$temporal" in expected:
        expected = feel.compile(expected["$temporal"]).raw({})
    return (
        None
        if alike(actual, feel.from_python(expected))
        else f"{case['expr']!r} gave {actual!r}, not {expected!r}"
    )


def evaluate(text: str, context: dict[str, Any]) -> Any:
    try:
        return feel.compile(text, context, names_in(context)).raw(context, now=NOW)
    except feel.FeelError:
        return None


def names_in(value: Any) -> set[str]:
    """Every key anywhere in a context: the names an expression may need to be read."""
    if isinstance(value, dict):
        return {str(key) for key in value}.union(*(names_in(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(names_in(item) for item in value))
    return set()


def typed(value: Any) -> Any:
    """A TCK value: {"t", "v"}, {"list"}, {"ctx"} or null."""
    if not isinstance(value, dict):
        return value
    if "list" in value:
        return [typed(item) for item in value["list"] or []]
    if "ctx" in value:
        return {key: typed(item) for key, item in (value["ctx"] or {}).items()}
    kind, text = value["t"], value["v"]
    if text is None or kind in ("string", "boolean"):
        return text
    return feel.from_python(Decimal(text)) if kind == "number" else parse_any(text)


def alike(actual: Any, expected: Any) -> bool:
    """Equal as the TCK compares: numbers to eight decimals, seconds exactly."""
    if isinstance(expected, bool) or expected is None or isinstance(expected, str):
        return type(actual) is type(expected) and actual == expected
    if isinstance(expected, int | Decimal):
        number = isinstance(actual, int | Decimal) and not isinstance(actual, bool)
        return number and abs(Decimal(actual) - Decimal(expected)) <= Decimal("1e-8") * max(
            1, abs(Decimal(expected))
        )
    if isinstance(expected, list):
        return isinstance(actual, list) and len(actual) == len(expected) and all(map(alike, actual, expected))
    if isinstance(expected, dict):
        same = isinstance(actual, dict) and actual.keys() == expected.keys()
        return same and all(alike(actual[key], expected[key]) for key in expected)
    if isinstance(expected, Duration | YearsMonths) and _nothing(expected) and _nothing(actual):
        return True
    assert isinstance(expected, Date | Time | DateTime | Duration | YearsMonths), expected
    return bool(actual == expected)


def _nothing(value: Any) -> bool:
    return value in (Duration(0), YearsMonths(0))


if __name__ == "__main__":
    sys.exit(by_hand(run, "feel"))
