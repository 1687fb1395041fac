"""`./motcua bundle check PATH [--json]`: a folder, a zip, a .bpmn, .dmn or .form. Exit 0 accepted, 1 refused, 2 unreadable.

`./motcua bundle texts FOLDER`: every text of the folder's bundle into its en.po, keeping what is translated.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cli import answers


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser("check", help="what publication would say")
    check.add_argument("path", type=Path)
    check.add_argument("--json", action="store_true", help="the body of POST /api/v1/bundles/check")
    texts = actions.add_parser(
        "texts", help="write or update the English catalogue en.po of a bundle's folder"
    )
    texts.add_argument("folder", type=Path)


def run(arguments: argparse.Namespace) -> int:
    return _texts(arguments.folder) if arguments.action == "texts" else _check(arguments)


def _check(arguments: argparse.Namespace) -> int:
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


def _texts(folder: Path) -> int:
    from bpmn import bundle, compile, english, texts
    from bpmn.problem import BundleUnreadable

    try:
        files = dict(bundle.read(folder).files)
        old = files.pop(bundle.ENGLISH, b"")
        parts = compile.read_parts(files, bare=compile.MANIFEST not in files)
        if parts.findings:
            first = parts.findings[0]
            raise answers.Unreadable(f"{first.file}: {first.en} (./motcua bundle check {folder})")
        places = texts.listed(parts.forms, parts.manifest, parts.diagrams)
        new = english.write(places, old)
        left = len(places.keys() - english.read(new).keys())
    except (BundleUnreadable, english.EnglishRefused) as refused:
        raise answers.Unreadable(f"{folder}: {refused.en}") from refused
    (folder / bundle.ENGLISH).write_bytes(new)
    print(f"{folder / bundle.ENGLISH}: {len(places)} texts, {left} without English")
    return 0
