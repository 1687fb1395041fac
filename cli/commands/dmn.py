"""`./motcua dmn FILE --decision NAME --inputs JSON`: one JSON answer, `{"result": …}`, or `{"error": …}` with exit 1."""

from __future__ import annotations

import argparse
from pathlib import Path

import feel
from cli import answers
from engine import dmn


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--decision", required=True, help="name or id of a decision or decision service")
    parser.add_argument(
        "--inputs", default="{}", help="JSON object of inputs by name; @FILE, or - for standard input"
    )


def run(arguments: argparse.Namespace) -> int:
    inputs = answers.json_object(arguments.inputs, "--inputs")
    try:
        model = dmn.load(answers.read(arguments.file))
        if model.find(arguments.decision) is None:
            known = ", ".join(decision.name for decision in model.decisions.values())
            raise answers.Unreadable(
                f"--decision: no {arguments.decision!r} in {arguments.file}; it has: {known}"
            )
        result = model.decide(arguments.decision, feel.from_json(inputs))
    except dmn.DmnRefused as refused:
        return answers.refuse(refused, where=refused.where)
    except feel.BudgetExceeded as error:
        return answers.refuse(error)
    problems = [{"where": p.where, "code": p.code, "vi": p.vi, "en": p.en} for p in model.problems]
    return answers.say({"result": feel.to_json(result), **({"problems": problems} if problems else {})})
