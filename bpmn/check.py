"""The publication gate: every finding of a bundle, a folder, a zip or one bare file, at once.

Two tiers. A bare .bpmn, .dmn or .form is judged on structure, executability, safety and soundness; a bundle also on
the domain rules, on names, and by its own scenarios. Never raises for what a stranger wrote, never runs it unbounded:
the rules are linear or budgeted in steps, not seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpmn import bundle, compile, lint, rehearse, soundness
from bpmn.compile import Parts
from bpmn.diagram import Diagram
from bpmn.problem import BundleUnreadable, CompileRefused, Finding
from bpmn.rehearse import FactsOn
from engine import flow
from engine.definition import Definition

MAX_FINDINGS = 500
BARE = (".bpmn", ".dmn", ".form")


@dataclass(frozen=True)
class Report:
    """What the gate says. `unreadable`: it is no bundle at all, nothing was judged (exit 2, HTTP 422)."""

    accepted: bool
    findings: tuple[Finding, ...]
    code: str | None = None
    version: int | None = None
    digest: str | None = None
    unreadable: BundleUnreadable | None = None

    @property
    def exit_code(self) -> int:
        """0 accepted, 1 refused, 2 could not be read."""
        return 2 if self.unreadable else 0 if self.accepted else 1

    def to_json(self) -> dict[str, Any]:
        """The body of `POST /bundles/check` (dialect §5)."""
        return {
            "accepted": self.accepted,
            "findings": [finding.to_json() for finding in self.findings],
            "code": self.code,
            "version": self.version,
            "digest": self.digest,
        }


def check(files: Mapping[str, bytes], facts: FactsOn | None = None) -> Report:
    """The report on a bundle's files, scenarios included.

    `facts`: the law, agencies and calendars of a local date, for the scenarios; without, a province with the public holidays only.
    """
    parts = compile.read_parts(files)
    findings = _judged(parts, _roots(parts))
    for rule in lint.rules():
        if rule.tier == "bundle":
            findings += rule.findings(parts)
    definition = None if _errors(findings) else _compiled(parts, findings)
    if definition is not None:
        findings += rehearse.findings(definition, files, facts)
    told = parts.manifest
    return _report(
        findings,
        told.code if told else None,
        told.version if told else None,
        bundle.digest(files),
    )


def check_bytes(name: str, data: bytes, facts: FactsOn | None = None) -> Report:
    """The report on an upload: a zip, or one bare .bpmn, .dmn or .form (told by its name)."""
    if Path(name).suffix.lower() not in BARE:
        try:
            return check(bundle.read(data).files, facts)
        except BundleUnreadable as error:
            return _unreadable(error)
    return _bare(Path(name).name, data)


def check_path(path: str | Path, facts: FactsOn | None = None) -> Report:
    """The report on a folder, a zip or a bare file."""
    place = Path(path)
    try:
        if place.suffix.lower() in BARE and place.is_file():
            if place.stat().st_size > bundle.MAX_BYTES:
                raise BundleUnreadable(
                    "bundle_too_large", "Tệp quá lớn.", "The file is too large.", place.name
                )
            return _bare(place.name, place.read_bytes())
        return check(bundle.read(place).files, facts)
    except BundleUnreadable as error:
        return _unreadable(error)


def _bare(name: str, data: bytes) -> Report:
    stem, _, kind = name.rpartition(".")
    files = {f"{stem or 'file'}.{kind.lower()}": data}
    parts = compile.read_parts(files, bare=True)
    findings = _judged(parts, [p.id for d in parts.diagrams.values() for p in d.processes if p.executable])
    return _report(findings, None, None, bundle.digest(files))


def _judged(parts: Parts, roots: Iterable[str]) -> list[Finding]:
    """What any tier says: each file by itself; soundness only of diagrams whose structure stands."""
    findings = list(parts.findings)
    for rule in lint.rules():
        if rule.tier == "file":
            findings += rule.findings(parts)
        elif rule.tier == "diagram":
            findings += [f for d in parts.diagrams.values() for f in rule.findings(d, d.file)]
    findings += _executability(parts.diagrams, parts.files, roots)
    broken = {finding.file for finding in findings if finding.severity == "error"}
    for drawn in parts.diagrams.values():
        if drawn.file not in broken:
            findings += soundness.findings(drawn)
    return findings


def _executability(
    diagrams: Mapping[str, Diagram], files: Mapping[str, bytes], roots: Iterable[str]
) -> list[Finding]:
    """What the engine would refuse (`engine.flow.parse`), once for each element."""
    found: dict[Finding, None] = {}
    sources = {name: files[name] for name in diagrams}
    owner = {node.id: node.process for d in diagrams.values() for node in d.nodes}
    judged: set[str] = set()  # with the processes that the judged ones call
    called = {node.attribute("calledElement") for d in diagrams.values() for node in d.nodes}
    for process in sorted(roots, key=lambda id_: id_ in called):
        if process in judged:
            continue
        judged.add(process)
        try:
            judged |= {owner[id_] for id_ in flow.parse(sources, process).elements if id_ in owner}
        except flow.FlowRefused as refused:
            found.update(dict.fromkeys(compile.flow_findings(refused, diagrams)))
    return list(found)


def _roots(parts: Parts) -> list[str]:
    if parts.manifest is None:
        return [p.id for d in parts.diagrams.values() for p in d.processes if p.executable]
    process, _ = compile.main_process(parts.manifest, parts.diagrams)
    return [process] if process else []


def _compiled(parts: Parts, findings: list[Finding]) -> Definition | None:
    try:
        return compile.compile_parts(parts)
    except CompileRefused as refused:
        findings += refused.findings
        return None


def _errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _report(findings: list[Finding], code: str | None, version: int | None, digest: str) -> Report:
    """One finding for each fault: what a rule of its own says of an element, the engine need not say again."""
    told = {(f.file, f.element) for f in findings if f.severity == "error" and f.rule != "executable"}
    kept = dict.fromkeys(f for f in findings if f.rule != "executable" or (f.file, f.element) not in told)
    ordered = sorted(kept, key=lambda f: (f.severity != "error", f.file, f.element, f.rule))
    return Report(not _errors(ordered), tuple(ordered[:MAX_FINDINGS]), code, version, digest)


def _unreadable(error: BundleUnreadable) -> Report:
    finding = Finding("bundle", "error", error.file, error.code, error.vi, error.en)
    return Report(False, (finding,), unreadable=error)
