"""Papers on pages: files chosen under `papers.<component>` are kept, those under `drop` are taken away."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from assembly.partners import anchors
from casework import attachments, estore, partial, signed_papers
from casework.attachments import MAX_FILES
from casework.documents.checking import Anchors
from engine.actor import Actor
from engine.declared import ComponentGiven
from engine.definition import Component
from engine.rejection import Problem, Rejected

MOST_SCANS = 100
"""Files of a scanner's folder at once."""

Papers = Mapping[str, Sequence[Mapping[str, object]]]


def take(
    session: Session, actor: Actor, components: Sequence[Component], kept: Papers, *, now: datetime
) -> tuple[dict[str, list[Mapping[str, object]]], list[Problem]]:
    """The papers after this request, and what is wrong with files that were not kept."""
    dropped = set(request.form.getlist("drop"))
    papers = {code: [file for file in files if file["id"] not in dropped] for code, files in kept.items()}
    scans, problems = _sorted(session, actor, components, now)
    for component in components:
        held = papers.setdefault(component.code, [])
        posted = [
            (file.filename, file)
            for file in request.files.getlist(f"papers.{component.code}")
            if file.filename
        ]
        pieces = request.form.getlist(f"uploaded.{component.code}")[:MAX_FILES]
        arrived = [(gettext("tệp"), id) for id in pieces]
        for name, file in [*posted, *scans.get(component.code, ()), *arrived]:  # one in memory at a time
            if isinstance(file, str):
                whole = partial.taken(session, actor, file, now=now)
            else:
                whole = name, file.read(component.max_bytes + 1)
            if not isinstance(whole, Rejected):
                name, content = whole
                whole = _keep(session, actor, component, name, content, len(held), now)
            if isinstance(whole, Rejected):
                problems.append(_problem(component, name, whole))
            else:
                held.append(whole)
        for ref in filter(None, request.form.getlist(f"store.{component.code}")):
            picked = estore.take(
                session,
                actor,
                component,
                ref,
                public_url=current_app.config["SETTINGS"].public_url,
                trust=trust(),
                now=now,
            )
            if not isinstance(picked, Rejected):
                picked = _unsigned(actor, component, picked) or picked
            if isinstance(picked, Rejected):
                problems.append(_problem(component, gettext("giấy tờ trong kho"), picked))
            elif len(held) < MAX_FILES:
                held.append(picked)
    return {code: files for code, files in papers.items() if files}, problems


def posted() -> dict[str, list[Mapping[str, object]]]:
    """Papers kept by an earlier post of the same page (hidden fields `held`: `<component>:<id>:<size>:<name>`)."""
    papers: dict[str, list[Mapping[str, object]]] = {}
    for text in request.form.getlist("held"):
        code, _, rest = text.partition(":")
        file_id, _, rest = rest.partition(":")
        size, _, name = rest.partition(":")
        file = {"id": file_id, "name": name, "size": int(size) if size.isdecimal() and len(size) < 12 else 0}
        papers.setdefault(code, []).append(file)
    return papers


def as_components(papers: Papers) -> tuple[ComponentGiven, ...]:
    """The papers as a command hands them in."""
    return tuple(
        ComponentGiven(
            code,
            tuple(str(file["id"]) for file in files),
            copies=1,
            digitised=max(int(str(file.get("digitised", 0))) for file in files),
            source="; ".join(str(file["source"]) for file in files if file.get("source")),
        )
        for code, files in papers.items()
        if files
    )


def _sorted(
    session: Session, actor: Actor, components: Sequence[Component], now: datetime
) -> tuple[dict[str, list[tuple[str, FileStorage | str]]], list[Problem]]:
    """Files of a scanner's folder by component, their names beginning with its code: posted whole under `scans`, or come in
    pieces (`uploaded`, by their ids)."""
    longest_first = sorted((one.code for one in components), key=len, reverse=True)
    whole: list[tuple[str, FileStorage | str]] = [
        ((file.filename or "").replace("\\", "/").rsplit("/", 1)[-1], file)
        for file in request.files.getlist("scans")
    ]
    problems = []
    for id in request.form.getlist("uploaded")[:MOST_SCANS]:
        arrived = partial.whole(session, actor, id, now=now)
        if isinstance(arrived, Rejected):
            problems.append(Problem("scans", arrived.code, arrived.vi, arrived.en))
        else:
            whole.append((arrived.name, id))
    found: dict[str, list[tuple[str, FileStorage | str]]] = {}
    for name, file in whole:
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower())
        code = next((code for code in longest_first if plain.startswith(code.lower())), None)
        if code is not None:
            found.setdefault(code, []).append((name, file))
        elif name:
            if isinstance(file, str):
                partial.forget(session, actor, uuid.UUID(file))
            problems.append(
                Problem(
                    "scans",
                    "unknown_component",
                    f"Tệp “{name[-80:]}” chưa rõ thuộc giấy tờ nào: đặt tên bắt đầu bằng mã giấy tờ, hoặc chọn ở từng mục.",
                    f"The file “{name[-80:]}” belongs to no paper: begin its name with a paper's code, or choose it there.",
                )
            )
    return found, problems


def _keep(
    session: Session,
    actor: Actor,
    component: Component,
    name: str,
    content: bytes,
    held: int,
    now: datetime,
) -> dict[str, object] | Rejected:
    """The file kept as a paper of the component, or what is wrong with it."""
    refused = _unfit(component, content, held)
    found = refused or attachments.keep(session, actor, name, content, trust=trust(), now=now)
    if isinstance(found, Rejected):
        return found
    if unsigned := _unsigned(actor, component, found):
        return unsigned
    return {name: found[name] for name in ("id", "name", "size", "media_type", "pages", "signatures")}


def _unsigned(actor: Actor, component: Component, file: Mapping[str, Any]) -> Rejected | None:
    """What an applicant hands in as a signed file is one; an officer may scan what is signed on paper."""
    if not component.signed or actor.kind not in signed_papers.APPLYING:
        return None
    return signed_papers.fault(file.get("signatures"))


def trust() -> Anchors:
    """Whom signatures of uploads are checked against."""
    return anchors(current_app.config["SETTINGS"])


def _unfit(component: Component, content: bytes, held: int) -> Rejected | None:
    if held >= MAX_FILES:
        return attachments.TOO_MANY
    found = attachments.media_type(content)
    return attachments.misfit(component, found, len(content)) if found else None


def _problem(component: Component, filename: str, refused: Rejected) -> Problem:
    name = filename[-80:]
    return Problem(
        f"papers.{component.code}",
        refused.code,
        f"{component.name}: tệp “{name}” không nhận được: {refused.vi.rstrip('.')}.",
        f"{component.name}: the file “{name}” was not taken: {refused.en.rstrip('.')}.",
    )
