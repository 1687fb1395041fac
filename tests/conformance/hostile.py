"""Hostile files: each gets the verdict its manifest asks for, within its limit. By hand: `python -m tests.conformance.hostile DIR`.

Stages: publish (the gate), run (the gate, then the engine or the table), submit (the strict form check), upload (the
content of an attachment, or a bundle). Files too big to lie in the folder are made here.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import forms
from bpmn import check
from casework import attachments
from engine import dmn, flow
from tests.conformance.material import Score, by_hand

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ACCEPTED = {"accepted", "accepted_with_warning", "accepted_bounded"}


def run(directory: Path) -> list[Score]:
    """Every file: one of the verdicts allowed, the names it must contain, in time, nothing that must not happen."""
    score = Score("hostile")
    for case in json.loads((directory / "manifest.json").read_text(encoding="utf-8")):
        started = time.perf_counter()
        verdict, words = judge(directory, case)
        seconds = time.perf_counter() - started
        why = _wrong(case, verdict, words, seconds) or _happened(case, directory, words)
        if why:
            score.wrong.append((case["file"], why))
        elif verdict == "refused":
            score.refused.append((case["file"], words[:120]))
        else:
            score.passed.append(case["file"])
    return [score]


def judge(directory: Path, case: Mapping[str, Any]) -> tuple[str, str]:
    """The verdict on one file, and all that was said."""
    name = case["file"]
    path = directory / name
    data = BIG[name]() if not path.exists() and name in BIG else path.read_bytes()
    if case["stage"] == "submit":
        return _submitted(directory, case, data)
    if case["stage"] == "upload" and not name.endswith(".zip"):
        media = attachments.media_type(data)
        return ("accepted" if media else "refused"), str(media)
    report = check.check_bytes(name, data)
    words = " ".join(f"{f.element} {f.vi} {f.en}" for f in report.findings)
    if not report.accepted:
        return "refused", words
    if case["stage"] == "run":
        words += _run(name, data, case["run"])
    return ("accepted_with_warning" if report.findings else "accepted"), words


def _submitted(directory: Path, case: Mapping[str, Any], data: bytes) -> tuple[str, str]:
    if case["file"].endswith(".form"):
        schema, answers = data, case["run"]["data"]
    else:
        schema, answers = (directory / case["run"]["form"]).read_bytes(), json.loads(data)
    try:
        e_form = forms.load(schema)
    except forms.EFormRefused as refused:
        return "refused", str(refused)
    checked = forms.check(e_form, answers, strict=True)
    said = " ".join(f"{problem.where} {problem.vi} {problem.en}" for problem in checked.problems)
    return ("refused" if checked.problems else "accepted"), said


def _run(name: str, data: bytes, how: Mapping[str, Any]) -> str:
    """Runs what was accepted; the words of what came out. Raises if anything but a value or an incident comes."""
    if name.endswith(".dmn"):
        model = dmn.load(data)
        return str(model.decide(next(iter(model.decisions)), how["decide"]))
    process = how.get("process") or "P"
    moved = flow.start(flow.parse({name: data}, process), flow.Scope(), NOW)
    return " ".join(str(change) for change in moved.changes[:50])


def _wrong(case: Mapping[str, Any], verdict: str, words: str, seconds: float) -> str | None:
    allowed = {case["expected"], *case["also_ok"]}
    if verdict not in allowed and not (verdict in ACCEPTED and allowed & ACCEPTED):
        return f"{verdict}, not {sorted(allowed)}: {words[:200]}"
    missing = [name for name in case["must_name"] if name not in words] if verdict == "refused" else []
    if missing:
        return f"does not name {missing}: {words[:200]}"
    return f"took {seconds:.1f} s" if seconds > case["limit_s"] else None


def _happened(case: Mapping[str, Any], directory: Path, words: str) -> str | None:
    """Code that ran would leave a file; a file that was read would show in what is said."""
    for forbidden in case["must_not"]:
        first = forbidden.split(" ")[0]
        if forbidden.endswith(" exists") and any(
            (place / first).exists() for place in (Path(), directory, Path("/tmp"))
        ):
            return forbidden
    return "a file was read" if "root:x:" in words else None


def _diagram(tasks: int, name: str) -> bytes:
    ids = ["S", *(f"T{n}" if tasks > 1 else "T" for n in range(tasks)), "E"]
    nodes = "".join(f'<userTask id="{id_}" name="{name}"/>' for id_ in ids[1:-1])
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(pairwise(ids))
    )
    return (
        f'<definitions xmlns="{BPMN}" id="D" targetNamespace="t"><process id="P" isExecutable="true">'
        f'<startEvent id="S"/>{nodes}<endEvent id="E"/>{flows}</process></definitions>'
    ).encode()


def _options() -> bytes:
    values = [{"label": f"L{n}", "value": f"v{n}"} for n in range(100_000)]
    field = {"type": "select", "id": "id_s", "key": "s", "label": "s", "values": values}
    return json.dumps({"type": "default", "id": "F", "schemaVersion": 16, "components": [field]}).encode()


BIG = {
    "x21_huge_attribute_10mb.bpmn": lambda: _diagram(1, "A" * 10_000_000),
    "x23_20k_tasks.bpmn": lambda: _diagram(20_000, "T"),
    "f11_100k_options.form": _options,
}


if __name__ == "__main__":
    sys.exit(by_hand(run, "hostile"))
