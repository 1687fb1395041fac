"""Rules change: a bundle is judged, and becomes an immutable version in force for new dossiers; or is refused.

Running dossiers stay on the version they began with: each pins its (procedure, version).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from bpmn import bundle
from bpmn import check as gate_of_bundles
from bpmn.check import Report
from bpmn.compile import compile_parts, read_parts
from bpmn.manifest import Manifest
from casework import receiving, reference
from casework.permits import FORBIDDEN
from engine.actor import Actor
from engine.definition import Definition
from engine.rejection import Rejected
from store.folding import fold, sort_key
from store.tables import procedure, procedure_step, procedure_version, publication_refusal


@dataclass(frozen=True)
class Published:
    """A new version, in force for dossiers submitted from `effective_from`; or, `english`, one that was there and speaks
    English, or a better one, from now on."""

    code: str
    version: int
    digest: str
    effective_from: date
    english: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "effective_from": self.effective_from.isoformat()}


@dataclass(frozen=True)
class BundleRefused(Rejected):
    """`findings` in the shape of `POST /bundles/check`."""

    findings: list[dict[str, object]] = field(default_factory=list)


def check(name: str, content: bytes) -> Report | Rejected:
    """The gate's report on an upload (a zip, or a bare .bpmn, .dmn or .form by its name); nothing is stored."""
    report = gate_of_bundles.check_bytes(name, content)
    if report.unreadable:
        return Rejected("bundle_unreadable", report.unreadable.vi, report.unreadable.en)
    return report


def publish(
    session: Session,
    actor: Actor,
    content: bytes,
    *,
    decision_number: str,
    effective_from: date,
    now: datetime,
    code: str | None = None,
) -> Published | Rejected:
    """Judge the zip and publish it; commits. `code`: what the caller believes it to be the bundle of.

    Refused bundles (`BundleRefused`) leave one row with the findings and nothing else. A version that exists is
    `version_exists`, whatever the new content: what dossiers run on never changes. Only its English may come later or be
    mended: the same files with another `en.po` change that of the version, and nothing else about it; without one, nothing.
    """
    if actor.kind not in ("admin", "system"):
        return FORBIDDEN
    if not decision_number.strip():
        return _no_decision()
    report = check("bundle.zip", content)
    if isinstance(report, Rejected):
        return report
    if not report.accepted:
        return _refuse(session, actor, report, now)
    if code is not None and report.code != code:
        return _other_procedure(code, str(report.code))
    parts = read_parts(bundle.read(content).files)
    assert parts.manifest is not None, "accepted bundles have a manifest"
    published = Published(parts.manifest.code, parts.manifest.version, str(report.digest), effective_from)
    english = _english(parts.files, actor, now)
    if spoken := _in_english(session, published, english):
        return spoken
    if exists := _existing(session, published):
        return exists
    definition = compile_parts(parts)
    _procedure(session, parts.manifest)  # and its row is locked: two who publish wait for each other here
    if exists := _existing(session, published):
        session.rollback()
        return exists
    version = {
        "procedure_code": published.code,
        "version": published.version,
        "digest": published.digest,
        "bundle": content,
        **english,
        "manifest": parts.manifest.catalogue(),
        "receiving": receiving.receivers(definition, reference.load(session, now).facts.agencies.values()),
        "decision_number": decision_number.strip(),
        "effective_from": effective_from,
        "published_by": actor.id,
        "published_at": now,
    }
    session.execute(insert(procedure_version).values(version))
    _steps(session, published, definition)
    session.commit()
    return published


def retire(session: Session, actor: Actor, code: str, version: int) -> Rejected | None:
    """No new dossiers on this version from now on; commits. Running ones go on."""
    if actor.kind != "admin":
        return FORBIDDEN
    key = procedure_version.c.procedure_code == code, procedure_version.c.version == version
    session.execute(procedure_version.update().where(*key).values(state="retired"))
    session.commit()
    return None


def _procedure(session: Session, manifest: Manifest) -> None:
    words = (
        manifest.name,
        manifest.name_en,
        manifest.code,
        manifest.field,
        manifest.summary,
        *manifest.keywords,
    )
    row = {
        "code": manifest.code,
        "name": manifest.name,
        "name_en": manifest.name_en,
        "field": manifest.field,
        "level": manifest.level,
        "search_key": fold(" ".join(words)),
        "sort_key": sort_key(manifest.name),
    }
    session.execute(upsert(procedure).values(row).on_conflict_do_update(index_elements=["code"], set_=row))


def _steps(session: Session, published: Published, definition: Definition) -> None:
    rows = [
        {
            "procedure_code": published.code,
            "version": published.version,
            "element_id": step.element_id,
            "name": step.name,
            "kind": step.kind,
            "role": step.role,
        }
        for step in definition.steps.values()
    ]
    session.execute(insert(procedure_step), rows)


def _in_english(session: Session, published: Published, english: Mapping[str, Any]) -> Published | None:
    """The version that is there, with another English from now on; None where this is no such bundle. Commits."""
    version = procedure_version.c
    if not english:
        return None
    done = session.execute(
        procedure_version.update()
        .where(
            version.procedure_code == published.code,
            version.version == published.version,
            version.digest == published.digest,
            version.english_digest != english["english_digest"],
        )
        .values(english)
        .returning(version.effective_from)
    ).first()
    if done is None:
        return None
    session.commit()
    return replace(published, effective_from=done.effective_from, english=True)


def _english(files: Mapping[str, bytes], actor: Actor, now: datetime) -> dict[str, Any]:
    """The bundle's English as columns of its version; {} where it has none."""
    if not (source := files.get(bundle.ENGLISH)):
        return {}
    digest = hashlib.sha256(source).hexdigest()
    return {"english": source, "english_digest": digest, "english_by": actor.id, "english_at": now}


def _existing(session: Session, published: Published) -> Rejected | None:
    row = session.execute(
        select(procedure_version.c.procedure_code, procedure_version.c.version).where(
            (procedure_version.c.digest == published.digest)
            | (
                (procedure_version.c.procedure_code == published.code)
                & (procedure_version.c.version == published.version)
            )
        )
    ).first()
    if row is None:
        return None
    return Rejected(
        "version_exists",
        f"Thủ tục {row.procedure_code} đã có phiên bản {row.version}; phiên bản đã ban hành không thay đổi được.",
        f"Procedure {row.procedure_code} has a version {row.version} already; a published version never changes.",
    )


def _refuse(session: Session, actor: Actor, report: Report, now: datetime) -> BundleRefused:
    findings = [finding.to_json() for finding in report.findings]
    row = {
        "at": now,
        "by": actor.id,
        "procedure_code": report.code or "",
        "digest": report.digest or "",
        "findings": findings,
    }
    session.execute(insert(publication_refusal).values(row))
    session.commit()
    errors = sum(finding.severity == "error" for finding in report.findings)
    return BundleRefused(
        "bundle_refused",
        f"Gói thủ tục chưa đạt: {errors} lỗi.",
        f"The bundle is refused: {errors} errors.",
        findings=findings,
    )


def _other_procedure(expected: str, found: str) -> Rejected:
    return Rejected(
        "bundle_refused",
        f"Gói này là của thủ tục {found}, không phải {expected}.",
        f"Expected a bundle of procedure {expected}, but it is of {found}.",
    )


def _no_decision() -> Rejected:
    return Rejected(
        "reason_required",
        "Cần số quyết định ban hành.",
        "Expected the number of the decision that publishes it.",
    )
