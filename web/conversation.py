"""Writing to the other side about a dossier: one form, for the applicant's page and for the desk's."""

from __future__ import annotations

from flask import flash, g, request
from flask_babel import gettext

from assembly.clock import now
from casework import attachments, gate
from engine.commands import PostToConversation
from engine.rejection import Rejected
from engine.rules.conversation import MOST_FILES
from store.db import db


def post(code: str) -> Rejected | None:
    """What was typed and attached goes on record; the rejection, or None and a word of thanks."""
    kept = []
    for file in request.files.getlist("files")[: MOST_FILES + 1]:
        if not file.filename:
            continue
        content = file.read(attachments.MAX_BYTES + 1)
        one = attachments.keep(db.session, g.actor, file.filename, content, now=now())
        if isinstance(one, Rejected):
            return one
        kept.append(str(one["id"]))
    text = request.form.get("text", "")
    done = gate.handle(db.session, code, PostToConversation(g.actor, text, tuple(kept)), now=now())
    if isinstance(done, Rejected):
        return done
    flash(gettext("Đã gửi."))
    return None
