"""The conversation on a dossier: one row a contribution, its words by digest."""

from __future__ import annotations

from engine import events
from store import tables
from store.appliers.applied import Applied, moment
from store.changes import Changes


def posted(event: events.ConversationPosted, applied: Applied, changes: Changes) -> None:
    row: dict[str, object] = {
        "dossier_id": applied.dossier_id,
        "no": event.no,
        "at": moment(event.at),
        "author": applied.by,
        "agency": event.agency,
        "digest": event.digest,
        "attachments": list(event.attachments),
    }
    changes.add(tables.conversation, row)
    for attachment in event.attachments:
        changes.alter(tables.attachment, {"id": attachment}, dossier_id=applied.dossier_id)
