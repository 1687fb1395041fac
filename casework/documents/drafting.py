"""A result's text while it is being drafted: filled from the dossier, saved version by version, compared, remarked on.

Versions are no events: what counts is the version that a completed step names by digest.
"""

from __future__ import annotations

import difflib
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework import definitions, reference
from casework.documents import markup
from engine import papers, scope
from engine.actor import Actor
from engine.commands import CompleteTask
from engine.declared import ResultMade
from engine.definition import Definition, Result, Step
from engine.digest import digest
from engine.rejection import Problem, Rejected
from engine.state import State
from store import load
from store.tables import account, document, document_remark, document_version, dossier

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like something else
LINE = 500  # characters of a one-line text
LONG_TEXT = 3000  # words from which a comparison looks at rare words only
KEPT_VERSIONS = 500


@dataclass(frozen=True)
class Version:
    """`number` 0: what the dossier's data give, not saved yet. `texts`: key -> markup."""

    number: int
    texts: Mapping[str, str]
    digest: str
    by: str = ""
    by_name: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Piece:
    """A run of words of a comparison."""

    kind: Literal["same", "added", "removed"]
    text: str


def of_step(
    session: Session, dossier_id: int, definition: Definition, step: Step, *, now: datetime
) -> list[Result]:
    """The documents that a step makes for a dossier."""
    return of_steps(session, [(dossier_id, definition, step)], now=now)[0]


def of_steps(
    session: Session, asked: Sequence[tuple[int, Definition, Step]], *, now: datetime
) -> list[list[Result]]:
    """The documents that each of many steps makes for its dossier."""
    wanted = {
        dossier
        for dossier, definition, _ in asked
        if any(one.each or one.electronic for one in definition.results)
    }
    scopes = _scopes(session, wanted, now)
    return [
        papers.of_step(definition.results, step, scopes.get(dossier, {}))
        for dossier, definition, step in asked
    ]


def documents(session: Session, dossier_id: int, result: Result, *, now: datetime) -> list[Result]:
    """The documents that a result comes to for a dossier."""
    return papers.documents(
        result, _scope(session, dossier_id, now) if result.each or result.electronic else {}
    )


def versions(session: Session, dossier_id: int, code: str) -> list[Version]:
    """Every saved version, newest first, also those that an earlier release kept for all documents of a result.

    An erased one has no texts.
    """
    rows = session.execute(
        select(document_version, account.c.name)
        .join(account, account.c.username == document_version.c.by)
        .where(
            document_version.c.dossier_id == dossier_id,
            document_version.c.code.in_((code, papers.of_manifest(code))),
        )
        .order_by(document_version.c.number.desc(), document_version.c.code.desc())
    )
    return [Version(row.number, row.body or {}, row.digest, row.by, row.name, row.at) for row in rows]


def current(session: Session, dossier_id: int, result: Result, *, now: datetime) -> Version:
    """The newest version, or the text that the dossier's data give."""
    found = versions(session, dossier_id, result.code)
    return found[0] if found else begun(session, dossier_id, result, now=now)


def pinned(
    session: Session, dossier_id: int, result: Result, wanted: str | None, *, now: datetime
) -> Version:
    """The version that a completed step named; without one, the current."""
    for version in versions(session, dossier_id, result.code) if wanted else ():
        if version.digest == wanted:
            return version
    return current(session, dossier_id, result, now=now)


def named(
    session: Session,
    dossier_id: int,
    command: CompleteTask,
    state: State,
    definition: Definition,
    now: datetime,
) -> CompleteTask:
    """The completion of a drafting step with the versions of its texts as they stand: what is signed is what was passed on."""
    task = state.tasks.get(command.task_no)
    step = definition.steps.get(task.element_id) if task else None
    if step is None or step.kind != "draft" or command.results:
        return command
    drafted = papers.known(of_step(session, dossier_id, definition, step, now=now))
    made = (
        ResultMade(one.code, current(session, dossier_id, one, now=now).digest)
        for one in drafted
        if one.template
    )
    return replace(command, results=tuple(made))


def begun(session: Session, dossier_id: int, result: Result, *, now: datetime) -> Version:
    """What the manifest's `[[texts]]` give over this dossier: a text that cannot be computed begins empty."""
    values = {**_scope(session, dossier_id, now), "item": result.item} if result.texts else {}
    texts = {}
    for part in result.texts:
        said = part.value.of_scope(values)
        texts[part.key] = str(said).strip() if said is not None else ""
    return Version(0, texts, _digest(session, dossier_id, texts))


def save(
    session: Session,
    actor: Actor,
    dossier_id: int,
    result: Result,
    given: Mapping[str, str],
    *,
    seen: int | None,
    now: datetime,
) -> Version | Rejected:
    """Keep a new version, unless nothing changed; commits. `seen`: the number that the officer began from.

    Who may is the caller's to know (the task's holder). A version that somebody saved meanwhile is not overwritten.
    """
    session.execute(select(dossier.c.id).where(dossier.c.id == dossier_id).with_for_update())
    last = current(session, dossier_id, result, now=now)
    if seen is not None and seen != last.number:
        session.rollback()
        return Rejected(
            "stale_version",
            f"{last.by_name} vừa lưu bản {last.number}. Hãy so sánh rồi lưu lại.",
            f"Expected version {last.number} of the draft, found {seen}.",
        )
    texts = {part.key: _plain(given.get(part.key, last.texts.get(part.key, ""))) for part in result.texts}
    if problems := list(_problems(result, texts)):
        session.rollback()
        return Rejected("answers_invalid", "Có chỗ cần sửa.", "Some fields need correction.", tuple(problems))
    if last.number and texts == dict(last.texts):
        session.rollback()
        return last
    made = Version(last.number + 1, texts, _digest(session, dossier_id, texts), actor.id, actor.name, now)
    session.execute(
        insert(document_version).values(
            dossier_id=dossier_id,
            code=result.code,
            number=made.number,
            digest=made.digest,
            body=texts,
            by=actor.id,
            at=now,
        )
    )
    session.commit()
    return made


def compare(result: Result, older: Version, newer: Version) -> list[tuple[str, list[Piece]]]:
    """By label of a text, what was added and removed, word by word; texts that stayed the same are left out."""
    return [
        (part.label, pieces(older.texts.get(part.key, ""), newer.texts.get(part.key, "")))
        for part in result.texts
        if older.texts.get(part.key, "") != newer.texts.get(part.key, "")
    ]


def pieces(older: str, newer: str) -> list[Piece]:
    """Two texts word by word. The words of `same` and `removed` make the older one, of `same` and `added` the newer."""
    # A word keeps the blank behind it: blanks by themselves match everywhere, and long texts would take minutes.
    before, after = (re.findall(r"\S+\s*|\s+", f"{text} ") for text in (older, newer))
    many = max(len(before), len(after)) > LONG_TEXT
    found: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=many).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(before[a:b])))
        else:
            found += [Piece("removed", "".join(before[a:b])), Piece("added", "".join(after[c:d]))]
    return [piece for piece in _without_end([piece for piece in found if piece.text]) if piece.text]


def _without_end(found: list[Piece]) -> list[Piece]:
    """The blank that was put behind both texts taken off again."""
    *rest, last = found
    cut = replace(last, text=last.text[:-1])
    if last.kind == "same" or not rest:
        return [*rest, cut]
    before = replace(rest[-1], text=rest[-1].text[:-1])
    if before.kind == "same":  # there the blank is one of the longer text's own
        cut = replace(cut, text=" " + cut.text)
    return [*rest[:-1], before, cut]


def remark(
    session: Session, actor: Actor, dossier_id: int, code: str, version: int, text: str, *, now: datetime
) -> Rejected | None:
    """Say something of a version; commits."""
    if not text.strip():
        return Rejected("reason_required", "Chưa có nội dung góp ý.", "Expected the words of a remark.")
    session.execute(
        insert(document_remark).values(
            dossier_id=dossier_id, code=code, version=version, body=_plain(text)[:4000], by=actor.id, at=now
        )
    )
    session.commit()
    return None


def remarks(session: Session, dossier_id: int, code: str) -> Sequence[Mapping[str, Any]]:
    """What was said of a draft, oldest first: {version, body, by_name, at}."""
    rows = session.execute(
        select(
            document_remark.c.version,
            document_remark.c.body,
            document_remark.c.at,
            account.c.name.label("by_name"),
        )
        .join(account, account.c.username == document_remark.c.by)
        .where(document_remark.c.dossier_id == dossier_id, document_remark.c.code == code)
        .order_by(document_remark.c.id)
    ).mappings()
    return [dict(row) for row in rows]


def check_code(session: Session, dossier_id: int, code: str) -> str:
    """The code that checks this document, made at first asking (60 bits: nobody guesses one). The caller commits."""
    made = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    session.execute(
        upsert(document)
        .values(dossier_id=dossier_id, code=code, check_code=made, made_at=func.now())
        .on_conflict_do_nothing(index_elements=["dossier_id", "code"])
    )
    found = session.scalar(
        select(document.c.check_code).where(document.c.dossier_id == dossier_id, document.c.code == code)
    )
    return str(found)


def _problems(result: Result, texts: Mapping[str, str]):  # type: ignore[no-untyped-def]
    for part in result.texts:
        most = LINE if part.kind == "line" else markup.LONGEST
        if len(texts[part.key]) > most:
            yield Problem(
                part.key,
                "too_long",
                f"“{part.label}” dài quá {most} ký tự.",
                f"“{part.label}” is longer than {most} characters.",
            )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _digest(session: Session, dossier_id: int, texts: Mapping[str, str]) -> str:
    """Keyed with the dossier's salt, like every digest that an event may hold; "" once the dossier is erased."""
    salt = session.scalar(select(dossier.c.salt).where(dossier.c.id == dossier_id))
    return digest(texts, salt.bytes) if salt is not None else ""


def _scope(session: Session, dossier_id: int, now: datetime) -> Mapping[str, object]:
    return _scopes(session, {dossier_id}, now)[dossier_id]


def _scopes(session: Session, dossiers: Collection[int], now: datetime) -> dict[int, Mapping[str, object]]:
    facts = reference.load(session, now).facts
    scopes: dict[int, Mapping[str, object]] = {}
    for dossier_id, (state, data) in load.present_all(session, dossiers).items():
        definition = definitions.get(session, state.procedure_code, state.procedure_version)
        empty = dict.fromkeys(definition.job_results.values())
        scopes[dossier_id] = {**empty, **scope.values(state, data, facts, now)}
    return scopes
