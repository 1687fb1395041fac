"""Compiled procedure versions, kept by content hash: a version never changes, so neither does its definition.

Only its English may (casework.publish): the `digest` that a definition is kept under is the version's and its English's.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bpmn import bundle
from bpmn import english as catalogue
from bpmn.compile import compile_bundle
from bpmn.picture import translated
from engine.definition import Definition
from store.tables import procedure_version

KEPT = 200  # versions in one process; a province runs some hundreds of procedures in a day
_kept: dict[str, Definition] = {}
_diagrams: dict[tuple[str, bool], bytes] = {}
_words: dict[tuple[str, tuple[str, ...]], Mapping[str, str]] = {}


def get(session: Session, code: str, version: int, digest: str | None = None) -> Definition:
    """The definition of a published version; `digest` spares a query where the caller has it. LookupError if unknown."""
    if digest is None:
        digest = _digest(session, code, version)
    found = _kept.pop(digest, None)
    if found is None:
        found = compile_bundle(_files(session, code, version))
    _kept[digest] = found  # the last used stands last
    while len(_kept) > KEPT:
        del _kept[next(iter(_kept))]
    return found


def diagram(session: Session, code: str, version: int, english: bool = False) -> bytes:
    """The BPMN of a published version, for its picture; `english`: with its names in English. LookupError if unknown."""
    key = _digest(session, code, version), english
    if key not in _diagrams:
        drawn = bundle.read(_bundle(session, code, version)).files["process.bpmn"]
        _diagrams[key] = translated(drawn, get(session, code, version).english) if english else drawn
        while len(_diagrams) > KEPT:
            del _diagrams[next(iter(_diagrams))]
    return _diagrams[key]


def template(session: Session, code: str, version: int, name: str) -> bytes | None:
    """A document template of a published version, or None if the bundle has none of that name. LookupError if unknown."""
    return bundle.read(_bundle(session, code, version)).files.get(f"templates/{name}.typ")


def english(session: Session, code: str) -> Mapping[str, str]:
    """The texts of a procedure in English, as the newest version has them that has the text; {} where there is none.

    For names in lists, whose rows come from tables and need no compiled definition. One read of a small table a session.
    """
    version = procedure_version.c
    digests: dict[str, tuple[str, ...]] | None = session.info.get("english")
    if digests is None:
        digests = session.info["english"] = {}
        spoken = select(version.procedure_code, version.english_digest).where(version.english_digest != "")
        for row in session.execute(spoken.order_by(version.version)):
            digests[row.procedure_code] = (*digests.get(row.procedure_code, ()), row.english_digest)
    key = code, digests.get(code, ())
    if key not in _words:
        rows = select(version.english).where(version.procedure_code == code, version.english_digest != "")
        words: dict[str, str] = {}
        for content in session.scalars(rows.order_by(version.version)) if key[1] else ():
            words |= catalogue.read(bytes(content))
        _words[key] = words
        while len(_words) > KEPT:
            del _words[next(iter(_words))]
    return _words[key]


def _digest(session: Session, code: str, version: int) -> str:
    """Asked several times a page: each version's is read once a session."""
    known: dict[tuple[str, int], str] = session.info.setdefault("digests", {})
    if (code, version) not in known:
        columns = procedure_version.c.digest + procedure_version.c.english_digest
        digest = session.scalar(select(columns).where(*_version(code, version)))
        if digest is None:
            raise LookupError(f"{code} v{version}")
        known[code, version] = str(digest)
    return known[code, version]


def _files(session: Session, code: str, version: int) -> dict[str, bytes]:
    """The version's files with the English in force."""
    files = dict(bundle.read(_bundle(session, code, version)).files)
    english = session.scalar(select(procedure_version.c.english).where(*_version(code, version)))
    files.pop(bundle.ENGLISH, None)
    return {**files, bundle.ENGLISH: bytes(english)} if english else files


def _bundle(session: Session, code: str, version: int) -> bytes:
    content = session.scalar(select(procedure_version.c.bundle).where(*_version(code, version)))
    if content is None:
        raise LookupError(f"{code} v{version}")
    return bytes(content)


def _version(code: str, version: int):  # type: ignore[no-untyped-def]
    return procedure_version.c.procedure_code == code, procedure_version.c.version == version
