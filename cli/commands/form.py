"""`./motcua form check FORM --data JSON`: one JSON answer; exit 0 no problems, 1 problems or a refused form."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import forms
from cli import answers


def configure(parser: argparse.ArgumentParser) -> None:
    check = parser.add_subparsers(dest="action", required=True).add_parser(
        "check", help="answers against an e-form"
    )
    check.add_argument("form", type=Path, help="a form-js .form file")
    check.add_argument("--data", default="{}", help="JSON object of answers; @FILE, or - for standard input")
    check.add_argument("--strict", action="store_true", help="also what the server refuses beyond form-js")


def run(arguments: argparse.Namespace) -> int:
    data = answers.json_object(arguments.data, "--data")
    source = answers.read(arguments.form)
    try:
        e_form = forms.load(source, as_viewer=not arguments.strict)
    except forms.EFormRefused as refused:
        return answers.say({"refused": [asdict(problem) for problem in refused.problems]}, 1)
    checked = forms.check(e_form, data, strict=arguments.strict)
    problems = [asdict(problem) for problem in checked.problems]
    answer = {"data": checked.answers, "errors": checked.errors, "problems": problems}
    return answers.say(answer, 1 if problems else 0)
