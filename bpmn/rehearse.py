"""A version's own scenarios (dialect §7), played through `engine.decide` as the gate would: what is not as expected is a finding."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from bpmn.problem import Finding
from bpmn.rehearsal import Stage
from bpmn.rehearsal_facts import any_province
from bpmn.rehearsal_step import Fault
from engine.definition import Definition
from engine.facts import Facts

RULE = "scenario"
FOLDER = "scenarios/"
MAX_SCENARIOS = 50
MAX_STEPS = 300
MAX_BYTES = 200_000

FactsOn = Callable[[date], Facts]
"""The law, agencies and calendars in force on a local date."""


def findings(
    definition: Definition, files: Mapping[str, bytes], facts: FactsOn | None = None
) -> Iterator[Finding]:
    """What goes otherwise than the scenarios in `files` say. Without `facts`: a province with the public holidays only."""
    names = sorted(name for name in files if name.startswith(FOLDER))
    if not names:
        yield _finding(
            FOLDER,
            "",
            "Gói không có kịch bản kiểm thử nào.",
            "The bundle has no scenario.",
            severity="warning",
        )
    for name in names[:MAX_SCENARIOS]:
        yield from _scenario(definition, name, files[name], facts or any_province)
    if len(names) > MAX_SCENARIOS:
        yield _finding(
            FOLDER, "", f"Gói có quá {MAX_SCENARIOS} kịch bản.", f"More than {MAX_SCENARIOS} scenarios."
        )


def play(definition: Definition, scenario: Mapping[str, Any], facts: FactsOn) -> list[tuple[int, Fault]]:
    """The faults of one scenario with the number of their step (from 1); it stops at the first step that goes wrong."""
    steps = scenario.get("do")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        return [(0, Fault("thiếu các bước [[do]]", "has no steps [[do]]"))]
    if len(steps) > MAX_STEPS:
        return [(0, Fault(f"có quá {MAX_STEPS} bước", f"has more than {MAX_STEPS} steps"))]
    unknown = sorted(set(scenario) - {"name", "agency", "do"})
    if unknown or not isinstance(scenario.get("agency"), str) or not isinstance(scenario.get("name"), str):
        return [
            (
                0,
                Fault(
                    "cần “name”, “agency” và [[do]], không có khóa khác",
                    "needs name, agency and [[do]], nothing else",
                ),
            )
        ]
    stage = Stage(definition, scenario["agency"], facts)
    for number, step in enumerate(steps, start=1):
        faults = stage.play(step)
        if faults:
            return [(number, fault) for fault in faults]
    return []


def _scenario(definition: Definition, name: str, data: bytes, facts: FactsOn) -> Iterator[Finding]:
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("larger than 200 kB")
        scenario = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        yield _finding(
            name, "", f"Kịch bản không phải TOML hợp lệ: {error}.", f"The scenario is not TOML: {error}."
        )
        return
    title = str(scenario.get("name", name))
    for number, fault in play(definition, scenario, facts):
        yield _finding(
            name,
            f"do[{number}]" if number else "",
            f"Kịch bản “{title}”, bước {number}: {fault.vi}.",
            f"Scenario {title!r}, step {number}: {fault.en}.",
        )


def _finding(file: str, element: str, vi: str, en: str, severity: str = "error") -> Finding:
    return Finding(RULE, "warning" if severity == "warning" else "error", file, element, vi, en)
