"""FEEL reads names that exist: a misspelt one is null for ever (dialect §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import feel
from bpmn import guide, names
from bpmn.compile import MANIFEST, Parts
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    known = names.known(parts)
    for d in parts.diagrams.values():
        free = any("message" in d.event_triggers(node) for node in d.nodes if node.type != "endEvent")
        for text in names.texts(d):
            loops = names.all_loops(d) if text.loops else names.of_loops(d, text.node)
            for fault in _unknown(text.element, text.text, {**known, **loops}, d.file):
                yield replace(fault, severity="warning") if free else fault
    yield from _decisions(parts, known)
    if parts.manifest is None:
        return
    for component in parts.manifest.components:
        yield from _unknown(component.code, component.required.text.removeprefix("="), known, MANIFEST)
    for fee in parts.manifest.fees:
        yield from _unknown(fee.code, fee.amount.text.removeprefix("="), known, MANIFEST)
    asked = {guide.ANSWERS: names.fields(guide.questions())}
    for number, one in enumerate(parts.manifest.suggested):
        yield from _unknown(f"suggested[{number}].when", one.when[1:], asked, MANIFEST)
    for result in parts.manifest.results:
        here = {**known, "item": None} if result.each else known
        given = {result.code: result.number, f"{result.code}.each_title": result.each_title}
        given[f"{result.code}.electronic"] = result.electronic
        given |= {f"{result.code}.{part.key}": part.value for part in result.texts}
        for place, value in given.items():
            if value is not None and value.expression is not None:
                yield from _unknown(place, value.text[1:], here, MANIFEST)
        if result.each is not None:
            yield from _unknown(f"{result.code}.each", result.each.text.removeprefix("="), known, MANIFEST)
    receiving = parts.manifest.receiving.text
    if receiving.startswith("="):
        yield from _unknown("procedure.receiving", receiving[1:], {"agency": names.AGENCY}, MANIFEST)


def _unknown(element: str, text: str, known: dict[str, Any], file: str) -> Iterator[Fault]:
    try:
        problems = feel.compile(text, known).problems(known)
    except feel.FeelError:
        return  # the engine or the manifest says so
    for problem in problems:
        yield Fault(
            element, f"“{element}”: {problem.sentence_vi}", f"{element!r}: {problem.sentence_en}", file
        )


def _decisions(parts: Parts, known: dict[str, Any]) -> Iterator[Fault]:
    """Tables read the scope of the step that asks, their own inputs and the decisions they require."""
    loops = {name: None for d in parts.diagrams.values() for name in names.all_loops(d)}
    for stem, model in parts.decisions.items():
        for data in model.inputs.values():
            if data.name not in known and data.name not in loops:
                yield Fault(
                    data.id,
                    f"Đầu vào “{data.name}” của bảng quyết định không có trong phạm vi.",
                    f"The input {data.name!r} of the table is not in scope.",
                    f"{stem}.dmn",
                )
        for decision in model.decisions.values():
            required = {model.by_id[one].name: None for one in decision.requires}
            table = decision.table
            expressions = [column.expression for column in table.columns] if table else []
            for expression in filter(None, expressions):
                for problem in expression.problems({**known, **loops, **required}):
                    yield Fault(
                        decision.id,
                        f"Bảng “{decision.name}”: {problem.sentence_vi}",
                        f"The table {decision.name!r}: {problem.sentence_en}",
                        f"{stem}.dmn",
                    )
