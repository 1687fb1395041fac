"""Documents as pages show them: the tray, one document with its versions and remarks, its pages as pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from casework import definitions, deskwork
from casework.documents import content, drafting
from casework.papers import PaperFailed
from casework.permits import FORBIDDEN
from casework.underway import Underway
from engine import papers
from engine.actor import Actor
from engine.definition import Definition, Result, Step
from engine.rejection import Rejected
from store.queries import documents

WRITTEN_AT = ("draft", "appraise")  # steps whose officer writes the text
KEPT_SECONDS = 300.0
KEPT_BYTES = 20_000_000  # of pictures, in a process: pages of scans are large
SHOWN_AT = (*WRITTEN_AT, "review", "sign", "stamp", "digitise_result", "return_result")
NO_DOCUMENT = Rejected(
    "unknown_document",
    "Việc này không có văn bản như vậy, hoặc văn bản chưa lập được: phải qua các bước cho đủ dữ liệu của văn bản đã.",
    "This task has no such document, or not yet: the steps that give its data come first.",
)


def tray(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """What waits for the actor's signature or seal by key, with the documents: [(name, how many)]."""
    waiting = documents.to_sign(session, actor)
    asked: list[tuple[int, Definition, Step]] = []
    for item in waiting:
        version = item["procedure"]["code"], item["procedure_version"]
        definition = definitions.get(session, *version, item["definition_digest"])
        asked.append((item["dossier_id"], definition, definition.steps[item["step"]["id"]]))
    made = drafting.of_steps(session, asked, now=now)
    return [
        item | {"documents": _counted(definition, papers.by_key(results)), "late": _late(item, now)}
        for item, (_, definition, _), results in zip(waiting, asked, made, strict=True)
        if not on_paper_alone(results)
    ]


def on_paper_alone(made: Sequence[Result]) -> bool:
    """Is every document of a step made on paper, so that it asks for no signature by key?"""
    return bool(made) and not papers.by_key(made)


def of_task(session: Session, row: Mapping[str, Any], *, now: datetime) -> list[Result]:
    """The documents with a template that a task (of casework.deskwork) writes, judges or signs; those of a list that is not
    known yet are none."""
    definition, step = deskwork.step_of(session, dict(row))
    if step is None or step.kind not in SHOWN_AT:
        return []
    made = drafting.of_step(session, row["dossier_id"], definition, step, now=now)
    return [one for one in papers.known(made) if one.template]


def document(
    session: Session, actor: Actor, task_id: int, *, now: datetime, code: str | None = None
) -> dict[str, Any] | Rejected:
    """One document of a task: {task, dossier, result, version, versions, remarks, mine, writes}.

    For whoever sees the dossier in full; `code` None: the first of the step.
    """
    row = deskwork.task(session, actor, task_id, now=now)
    if isinstance(row, Rejected):
        return row
    detail = row["dossier_detail"]
    every = of_task(session, row, now=now)
    found = [one for one in every if code in (None, one.code)]
    if not found or detail is None or detail["sight"] != "full":
        return NO_DOCUMENT
    result = found[0]
    known = next((one for one in detail["results"] if one["code"] == result.code), None)
    kind = row["step"]["kind"]
    writing = kind in WRITTEN_AT
    pinned = None if writing or known is None else known["digest"]
    mine = row["done"] is None and row["assignee"] == actor.id
    return {
        "task": row,
        "dossier": detail,
        "result": result,
        "results": every,
        "known": known,
        "version": drafting.pinned(session, detail["id"], result, pinned, now=now),
        "versions": drafting.versions(session, detail["id"], result.code),
        "remarks": drafting.remarks(session, detail["id"], result.code),
        "mine": mine,
        "writes": mine and writing,
    }


def pictures(
    session: Session,
    shown: Mapping[str, Any],
    texts: Mapping[str, str],
    *,
    public_url: str,
    patience: float,
) -> tuple[bytes, ...] | Rejected | None:
    """The pages of a document as PNG, marked as a draft; None: being typeset, ask again.

    This process keeps them for five minutes, as long as the dossier stays as it is.
    """
    row, result = shown["dossier"], shown["result"]
    given = sorted(texts.items())
    bind = session.get_bind()
    make = partial(_pictures, bind, row, result, dict(given), public_url)
    key = bind, row["id"], row["version"], result.code, tuple(given)
    return _typeset.ask(key, make, patience=patience)


def _pictures(
    bind: Engine | Connection,
    row: Mapping[str, Any],
    result: Result,
    texts: Mapping[str, str],
    public_url: str,
) -> tuple[bytes, ...] | Rejected:
    """In a session of its own, never committed: a preview makes no check code."""
    with Session(bind) as session:
        try:
            made = content.typeset(session, row, result, texts, public_url=public_url, draft=True, want="png")
        except PaperFailed as failed:
            return Rejected(failed.code, f"Chưa xem trước được: {failed.sentence}", failed.sentence)
    return made.files


def save(
    session: Session,
    actor: Actor,
    shown: Mapping[str, Any],
    texts: Mapping[str, str],
    *,
    seen: int | None,
    now: datetime,
) -> drafting.Version | Rejected:
    """A new version of a document (`shown` of `document`) by whoever has its drafting step in hand; commits."""
    if not shown["writes"]:
        return FORBIDDEN
    return drafting.save(session, actor, shown["dossier"]["id"], shown["result"], texts, seen=seen, now=now)


def remark(
    session: Session, actor: Actor, shown: Mapping[str, Any], words: str, *, now: datetime
) -> Rejected | None:
    """Something said of the version shown, by whoever has its step in hand; commits."""
    if not shown["mine"]:
        return FORBIDDEN
    code, number = shown["result"].code, shown["version"].number
    return drafting.remark(session, actor, shown["dossier"]["id"], code, number, words, now=now)


def _counted(definition: Definition, made: Sequence[Result]) -> list[tuple[str, int]]:
    """The results of some documents, by name, each with how many documents it comes to."""
    names = {one.code: one.name for one in definition.results}
    return list(Counter(names[papers.of_manifest(one.code)] for one in made).items())


def _late(item: Mapping[str, Any], now: datetime) -> bool:
    due = item["due_at"] or item["dossier_due_at"]
    return due is not None and due < now


# By dossier with its version, result and texts.
_typeset = Underway[tuple[object, ...], tuple[bytes, ...] | Rejected](
    KEPT_SECONDS,
    most=40,
    weigh=lambda made: 0 if isinstance(made, Rejected) else sum(map(len, made)),
    room=KEPT_BYTES,
)
