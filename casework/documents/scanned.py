"""Pages of a dossier's scans laid into a document made from them: a certified copy is the original's pages and the words.

A template keeps rooms of kind `scan` and says which file and which of its pages (nd30.typ). Only what is drawn on the page is
taken: no annotations, no scripts, no attached files.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.attachments import EXTENSIONS
from casework.papers import PaperFailed, render_picture
from store.tables import attachment, attachment_body

Rooms = Sequence[Mapping[str, Any]]


def listed(row: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The files of a dossier (`row` of store.queries.dossiers.one) by component, as a template is told of them."""
    return {
        part["code"]: [
            {"id": file["id"], "pages": file["pages"], "original": file["original"] or 0}
            for file in part["attachments"]
        ]
        for part in row["components"]
        if part["attachments"]
    }


def laid(session: Session, dossier_id: int, pdf: bytes, rooms: Rooms, *, whole: bool) -> bytes:
    """The document with each scanned page in its room, as large as fits.

    `whole`: a room without its scan is an error (PaperFailed `scan_missing`), else it stays as the template left it.
    """
    import pikepdf

    wanted = [room for room in rooms if room["kind"] == "scan"]
    if whole and any(room["file"] is None for room in wanted):
        raise PaperFailed("scan_missing", "Expected a scan of each original, of as many pages as declared")
    found = {id: _pdf(session, dossier_id, id) for id in {room["file"] for room in wanted if room["file"]}}
    with pikepdf.open(io.BytesIO(pdf)) as made:
        for room in wanted:
            if room["file"]:
                _lay(made, room, found[room["file"]])
        made.save(done := io.BytesIO(), deterministic_id=True)
    return done.getvalue()


def _lay(made: Any, room: Mapping[str, Any], scan: bytes) -> None:
    import pikepdf

    page = made.pages[room["page"] - 1]
    top = float(page.mediabox[3]) - room["y"]
    place = pikepdf.Rectangle(room["x"], top - room["height"], room["x"] + room["width"], top)
    with pikepdf.open(io.BytesIO(scan)) as source:
        page.add_overlay(source.pages[room["sheet"] - 1], place)


def _pdf(session: Session, dossier_id: int, file: str) -> bytes:
    row = session.execute(
        select(attachment.c.media_type, attachment.c.name, attachment_body.c.content)
        .join(attachment_body, attachment_body.c.sha256 == attachment.c.sha256)
        .where(attachment.c.id == uuid.UUID(file), attachment.c.dossier_id == dossier_id)
    ).one()
    content = bytes(row.content)
    if row.media_type == "application/pdf":
        return content
    return render_picture(content, EXTENSIONS[row.media_type], row.name)
