"""Where a dossier is, as a picture of its diagram and as words for those who do not see it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from assembly.clock import now
from bpmn.picture import Mark, UnreadablePicture, describe, draw
from casework import definitions
from engine.definition import Definition

Marks = tuple[tuple[str, Mark], ...]


def of(session: Session, definition: Definition, dossier: Mapping) -> Markup:
    """The diagram as SVG with what is done and what waits marked."""
    try:
        return _drawn(
            definitions.diagram(session, definition.code, definition.version),
            _marks(dossier),
            definition.name,
        )
    except UnreadablePicture:
        return Markup("")


def in_words(session: Session, definition: Definition, dossier: Mapping) -> Markup:
    """The same as an ordered list."""
    xml = definitions.diagram(session, definition.code, definition.version)
    lines = describe(xml, dict(_marks(dossier)))
    return Markup("<ol>{}</ol>").format(
        Markup("").join(Markup("<li>{}</li>").format(escape(str(line))) for line in lines)
    )


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
