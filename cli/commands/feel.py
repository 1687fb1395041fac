"""`./motcua feel EXPRESSION [--context JSON]`: one JSON answer, `{"result": …}`, or `{"error": …}` with exit 1."""

from __future__ import annotations

import argparse

import feel
from cli import answers


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("expression")
    parser.add_argument(
        "--context",
        default="{}",
        help="JSON object of names; ISO 8601 texts become dates and durations; @FILE, or -",
    )


def run(arguments: argparse.Namespace) -> int:
    context = answers.json_object(arguments.context, "--context")
    try:
        result = feel.compile(arguments.expression)(feel.from_json(context))
    except feel.FeelError as error:
        return answers.refuse(error, line=error.line, column=error.column)
    return answers.say({"result": feel.to_json(result)})
