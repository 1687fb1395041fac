"""Reading the conversation on a dossier marks it read; writing goes through the gate (`PostToConversation`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.actor import Actor
from store.queries import conversation


def read(session: Session, reader: Actor, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The conversation of a dossier (`row` of store.queries.dossiers.one), read by this; commits. Empty without full sight."""
    if row["sight"] == "course":
        return []
    found = conversation.of_dossier(session, row["id"], reader.id)
    if any(one["unread"] for one in found):
        session.execute(
            text("""
            insert into conversation_read (dossier_id, account, no) values (:id, :reader, :no)
            on conflict (dossier_id, account) do update set no = greatest(conversation_read.no, excluded.no)
            """),
            {"id": row["id"], "reader": reader.id, "no": found[-1]["no"]},
        )
        session.commit()
    if row["sight"] == "own":  # the applicant deals with agencies, not with their officers
        found = [one | {"author_name": "" if one["agency"] else one["author_name"]} for one in found]
    return found
