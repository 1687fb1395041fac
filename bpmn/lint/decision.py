"""Decision tables can be read and say one thing: what does not compile, overlaps of UNIQUE, gaps (DMN 1.5 §8.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.lint import Fault
from bpmn.problem import Severity
from engine import dmn
from engine.xml import parse

SEVERITY = "error"
JUDGED_BY_NAME = "feel.unknown_name"  # what a table may read is known in a bundle only: rule unknown-name


def file(parts: Parts) -> Iterator[Fault]:
    for stem, model in parts.decisions.items():
        name = f"{stem}.dmn"
        rules = _rules(parts.files[name])
        for found in dmn.analyse(model):
            if found.code == JUDGED_BY_NAME:
                continue
            row = rules.get(found.where)
            vi, en = (f"Dòng “{row}”: ", f"Rule {row!r}: ") if row and row != found.where else ("", "")
            severity: Severity = "error" if found.severity == "error" else "warning"
            yield Fault(found.where, vi + found.vi, en + found.en, name, severity)


def _rules(data: bytes) -> dict[str, str]:
    """Id of a cell -> id of its row, so that the row can be named."""
    found = {}
    for rule in parse(data).iter("{*}rule"):
        for cell in rule.iter("{*}*"):
            if cell.get("id") and rule.get("id"):
                found[str(cell.get("id"))] = str(rule.get("id"))
    return found
