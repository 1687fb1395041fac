"""`./motcua bundle check PATH [--json]`: a folder, a zip, a .bpmn, .dmn or .form. Exit 0 accepted, 1 refused, 2 unreadable."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cli import answers


def configure(parser: argparse.ArgumentParser) -> None:
    check = parser.add_subparsers(dest="action", required=True).add_parser(
        "check", help="what publication would say"
    )
    check.add_argument("path", type=Path)
    check.add_argument("--json", action="store_true", help="the body of POST /api/v1/bundles/check")


def run(arguments: argparse.Namespace) -> int:
    from bpmn import check

    report = check.check_path(arguments.path)
    if report.unreadable:
        if arguments.json:
            return answers.refuse(report.unreadable, 2, file=report.unreadable.file)
        print(f"{arguments.path}: {report.unreadable.vi}\n  {report.unreadable.en}", file=sys.stderr)
        return 2
    if arguments.json:
        return answers.say(report.to_json(), report.exit_code)
    for finding in report.findings:
        mark = "✗" if finding.severity == "error" else "!"
        print(
            f"{mark} {finding.file}#{finding.element}  [{finding.rule}]\n    {finding.vi}\n    {finding.en}"
        )
    print(
        f"{arguments.path}: {'accepted' if report.accepted else 'refused'}, {len(report.findings)} findings"
    )
    return report.exit_code
