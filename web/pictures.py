"""Where a dossier is, as a picture of its diagram and as words for those who do not see it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime

from flask import g
from markupsafe import Markup
from sqlalchemy.orm import Session

from assembly.clock import now
from bpmn.picture import Mark, StepInWords, UnreadablePicture, describe, draw
from casework import definitions
from engine.definition import Definition
from web.names import english, plain, procedure_name

Marks = tuple[tuple[str, Mark], ...]


def of(session: Session, definition: Definition, dossier: Mapping) -> Markup:
    """The diagram as SVG with what is done and what waits marked."""
    try:
        title = plain(procedure_name(definition.code, definition.name))
        drawn = _drawn(_xml(session, definition), _marks(dossier), title, english())
        return Markup("<div{}>{}</div>").format(tongue(definition), drawn)
    except UnreadablePicture:
        return Markup("")


def in_words(session: Session, definition: Definition, dossier: Mapping) -> Markup:
    """The same as an ordered list."""
    lines = _described(_xml(session, definition), _marks(dossier), english())
    return Markup("<ol{}>{}</ol>").format(
        tongue(definition), Markup("").join(Markup("<li>{}</li>").format(str(line)) for line in lines)
    )


def tongue(definition: Definition) -> Markup:
    """The attribute of what shows the diagram: Vietnamese, unless its bundle has English."""
    return Markup("") if english() and definition.english else Markup(' lang="vi"')


def ahead(session: Session, definition: Definition, dossier: Mapping) -> list[dict]:
    """Where the dossier is and what may come next, one entry a waiting step: {name, lane, late, next}.

    `next` are the ways on, a gateway's question replaced by its answers.
    """
    lines = _described(_xml(session, definition), _marks(dossier), english())
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
    return line is not None and line.chooses and bool(line.next)


@functools.lru_cache(maxsize=512)
def _described(xml: bytes, marks: Marks, english: bool) -> tuple[StepInWords, ...]:
    return tuple(describe(xml, dict(marks), english))


def _xml(session: Session, definition: Definition) -> bytes:
    """The diagram in the reader's language, read once a page."""
    known = g.setdefault("diagrams", {})
    key = definition.code, definition.version
    if key not in known:
        known[key] = definitions.diagram(session, *key, english=english())
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
def _drawn(xml: bytes, marks: Marks, title: str, english: bool) -> Markup:
    return Markup(draw(xml, dict(marks), title, english))  # noqa: S704 (draw escapes every text of the diagram)
