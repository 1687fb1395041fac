"""Where a dossier is, as a picture of its diagram and as words for those who do not see it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime

from flask import g
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from assembly.clock import now
from bpmn.picture import Mark, StepInWords, UnreadablePicture, describe, draw
from casework import definitions
from engine.definition import Definition

Marks = tuple[tuple[str, Mark], ...]


def of(session: Session, definition: Definition, dossier: Mapping) -> Markup:
    """The diagram as SVG with what is done and what waits marked."""
    try:
        return _drawn(
            _xml(session, definition),
            _marks(dossier),
            definition.name,
        )
    except UnreadablePicture:
        return Markup("")


def in_words(session: Session, definition: Definition, dossier: Mapping) -> Markup:
    """The same as an ordered list."""
    xml = _xml(session, definition)
    lines = _described(xml, _marks(dossier))
    return Markup('<ol lang="vi">{}</ol>').format(
        Markup("").join(Markup("<li>{}</li>").format(escape(str(line))) for line in lines)
    )


def ahead(session: Session, definition: Definition, dossier: Mapping) -> list[dict]:
    """Where the dossier is and what may come next, one entry a waiting step: {name, lane, late, next}.

    `next` are the ways on, a gateway's question replaced by its answers.
    """
    xml = _xml(session, definition)
    lines = _described(xml, _marks(dossier))
    named = {line.name: line for line in lines}
    return [
        {
            "name": line.name,
            "lane": line.lane,
            "late": line.mark == "late",
            "next": [on for way in line.next for on in (named[way].next if _asks(named.get(way)) else [way])],
        }
        for line in lines
        if line.mark in ("current", "late")
    ]


def _asks(line: StepInWords | None) -> bool:
    return line is not None and line.kind.startswith("chọn") and bool(line.next)


@functools.lru_cache(maxsize=512)
def _described(xml: bytes, marks: Marks) -> tuple[StepInWords, ...]:
    return tuple(describe(xml, dict(marks)))


def _xml(session: Session, definition: Definition) -> bytes:
    """The diagram, read once a page."""
    known = g.setdefault("diagrams", {})
    key = definition.code, definition.version
    if key not in known:
        known[key] = definitions.diagram(session, *key)
    xml: bytes = known[key]
    return xml


def _marks(dossier: Mapping) -> Marks:
    marks: dict[str, Mark] = {}
    for step in dossier["steps"]:
        if step["live"]:
            late = step["due_at"] is not None and _at(step["due_at"]) < now()
            marks[step["element_id"]] = "late" if late else "current"
        else:
            marks.setdefault(step["element_id"], "done")
    return tuple(sorted(marks.items()))


def _at(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@functools.lru_cache(maxsize=512)
def _drawn(xml: bytes, marks: Marks, title: str) -> Markup:
    return Markup(draw(xml, dict(marks), title))  # noqa: S704 (draw escapes every text of the diagram)
