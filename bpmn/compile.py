"""A bundle's files to the `Definition` that `engine.decide` runs. Pure; the gate (`bpmn.check`) has judged it before.

What stands in the way of building one is refused here too, all at once, so that nobody runs half a procedure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import forms
from bpmn import bundle, english, manifest, reading, steps
from bpmn.diagram import HUMAN, Diagram, Node
from bpmn.manifest import Manifest
from bpmn.problem import CompileRefused, Finding, ManifestRefused
from engine import dmn, flow
from engine.definition import Definition, Step
from engine.xml import XmlRefused

MANIFEST = "procedure.toml"


@dataclass(frozen=True)
class Parts:
    """The files of a bundle, each read; `findings` says what could not be."""

    files: Mapping[str, bytes]
    manifest: Manifest | None
    diagrams: Mapping[str, Diagram]  # file name -> diagram
    forms: Mapping[str, forms.EForm]
    decisions: Mapping[str, dmn.Model]
    english: Mapping[str, str]  # the texts' English (bpmn.texts), empty without en.po
    findings: tuple[Finding, ...]


def compile_bundle(files: Mapping[str, bytes]) -> Definition:
    """The definition of the procedure version in `files`. Raises CompileRefused with every finding."""
    parts = read_parts(files)
    if parts.manifest is None or parts.findings:
        raise CompileRefused(parts.findings)
    return compile_parts(parts)


def read_parts(files: Mapping[str, bytes], bare: bool = False) -> Parts:
    """Each file read by its own room; nothing is raised. `bare`: no manifest is expected."""
    findings: list[Finding] = []
    diagrams: dict[str, Diagram] = {}
    models: dict[str, dmn.Model] = {}
    e_forms: dict[str, forms.EForm] = {}
    words = _english(files, findings)
    for name in sorted(files):
        stem, _, kind = name.rpartition(".")
        try:
            if "/" in name:
                continue
            if kind == "bpmn":
                diagrams[name] = reading.read(files[name], name)
            elif kind == "dmn":
                models[stem] = dmn.load(files[name])
            elif kind == "form":
                e_forms[stem] = forms.load(files[name], stem, english=words)
        except XmlRefused as refused:
            findings.append(Finding("xml", "error", name, refused.element, refused.vi, refused.en))
        except dmn.DmnRefused as refused:
            findings.append(Finding("decision", "error", name, refused.where, refused.vi, refused.en))
        except forms.EFormRefused as refused:
            findings += [Finding("e-form", "error", name, p.where, p.vi, p.en) for p in refused.problems]
    read_manifest = None
    try:
        if MANIFEST in files:
            read_manifest = manifest.parse(files[MANIFEST])
        elif not bare:
            findings.append(_no_manifest())
    except ManifestRefused as refused:
        findings += [Finding("manifest", "error", MANIFEST, p.where, p.vi, p.en) for p in refused.problems]
    return Parts(files, read_manifest, diagrams, e_forms, models, words, tuple(findings))


def compile_parts(parts: Parts) -> Definition:
    """The definition of parts that could all be read. Raises CompileRefused with every finding."""
    facts = parts.manifest
    assert facts is not None
    process, findings = main_process(facts, parts.diagrams)
    if process is None:
        raise CompileRefused(findings)
    try:
        spec = flow.parse({name: parts.files[name] for name in parts.diagrams}, process)
    except flow.FlowRefused as refused:
        raise CompileRefused(flow_findings(refused, parts.diagrams)) from refused
    nodes = [(d, node) for d in parts.diagrams.values() for node in d.nodes if node.id in spec.elements]
    human, unreadable = _steps(nodes)
    if unreadable:
        raise CompileRefused(unreadable)
    return Definition(
        code=facts.code,
        version=facts.version,
        name=facts.name,
        digest=bundle.digest(parts.files),
        english=parts.english,
        flow=spec,
        steps=human,
        start_form=_start_form(nodes, process),
        forms=parts.forms,
        decisions=parts.decisions,
        time_limit=facts.time_limit,
        cut_off=facts.cut_off,
        same_day=facts.same_day,
        reception_limit=facts.reception_limit,
        supplement=facts.supplement,
        extension_max_days=facts.extension_max_days,
        receiving=facts.receiving,
        identity_level=facts.identity_level,
        return_by=facts.return_by,
        components=facts.components,
        fees=facts.fees,
        results=facts.results,
        ends={
            node.id: node.properties.get("end_kind", "returned")
            for _, node in nodes
            if node.type == "endEvent" and node.scope == process
        },
        silences={
            node.id: node.properties["silence"]
            for _, node in nodes
            if node.type == "boundaryEvent" and node.properties.get("silence")
        },
        topics={
            node.id: node.camunda("topic") or ""
            for _, node in nodes
            if node.camunda("type") == "external"
            and node.type in ("serviceTask", "sendTask", "businessRuleTask")
        },
        children={
            node.id: node.properties["procedure"]
            for _, node in nodes
            if node.type == "callActivity" and node.properties.get("procedure")
        },
        job_results={
            node.id: name
            for _, node in nodes
            if (name := node.camunda("resultVariable"))
            and (node.camunda("type") == "external" or node.type == "callActivity")
        },
    )


def main_process(facts: Manifest, diagrams: Mapping[str, Diagram]) -> tuple[str | None, tuple[Finding, ...]]:
    """The id of the process that runs: `process.id`, or the only executable one of `process.file`."""
    main = diagrams.get(facts.process_file)
    if main is None:
        return None, (
            Finding(
                "main-process",
                "error",
                MANIFEST,
                "process.file",
                f"Gói không có sơ đồ “{facts.process_file}”.",
                f"The bundle has no diagram {facts.process_file!r}.",
            ),
        )
    executable = [process.id for process in main.processes if process.executable]
    if facts.process_id is None and len(executable) == 1:
        return executable[0], ()
    if facts.process_id in executable:
        return facts.process_id, ()
    wanted = facts.process_id or "?"
    return None, (
        Finding(
            "main-process",
            "error",
            facts.process_file,
            wanted,
            f"Cần đúng một quy trình thực thi “{wanted}” (process.id), nhưng tệp có: {', '.join(executable) or 'không có'}.",
            f"Expected one executable process {wanted!r} (process.id), but the file has: {', '.join(executable) or 'none'}.",
        ),
    )


def flow_findings(refused: flow.FlowRefused, diagrams: Mapping[str, Diagram]) -> tuple[Finding, ...]:
    """What the engine says it cannot execute, with the file that holds the element."""

    def file_of(element: str | None) -> str:
        return next((d.file for d in diagrams.values() if element in d.ids), next(iter(diagrams), ""))

    return tuple(
        Finding(
            "executable", "error", file_of(p.element_id), p.element_id or "", p.sentence_vi, p.sentence_en
        )
        for p in refused.problems
    )


def _steps(nodes: list[tuple[Diagram, Node]]) -> tuple[dict[str, Step], list[Finding]]:
    found: dict[str, Step] = {}
    findings: list[Finding] = []
    for where, node in nodes:
        if node.type in HUMAN:
            found[node.id], problems = steps.read(where, node)
            findings += [Finding("step-property", "error", where.file, node.id, p.vi, p.en) for p in problems]
    return found, findings


def _start_form(nodes: list[tuple[Diagram, Node]], process: str) -> str | None:
    starts = [node for _, node in nodes if node.type == "startEvent" and node.scope == process]
    return next((form for form in (node.camunda("formRef") for node in starts) if form), None)


def _english(files: Mapping[str, bytes], findings: list[Finding]) -> Mapping[str, str]:
    if bundle.ENGLISH not in files:
        return {}
    try:
        return english.read(files[bundle.ENGLISH])
    except english.EnglishRefused as refused:
        findings.append(Finding("english", "error", bundle.ENGLISH, "", refused.vi, refused.en))
        return {}


def _no_manifest() -> Finding:
    return Finding(
        "manifest",
        "error",
        MANIFEST,
        "",
        "Gói không có tệp khai báo procedure.toml.",
        "The bundle has no procedure.toml.",
    )
