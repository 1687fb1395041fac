"""`./motcua feel EXPRESSION [--context JSON]`: one JSON answer, `{"result": …}` or `{"error": {…}}` (exit 1)."""

from __future__ import annotations

import argparse

import feel
from cli import answers


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("expression")
    parser.add_argument(
        "--context", default="{}", help="JSON object of names; ISO 8601 texts become dates and durations"
    )


def run(arguments: argparse.Namespace) -> int:
    context = answers.json_object(arguments.context, "--context")
    try:
        result = feel.compile(arguments.expression)(feel.from_json(context))
    except feel.FeelError as error:
        return answers.refuse(code="feel.syntax", sentence=error)
    except feel.BudgetExceeded as error:
        return answers.refuse(code="feel.budget", sentence=error)
    return answers.say({"result": feel.to_json(result)})
