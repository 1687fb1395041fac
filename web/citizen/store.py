"""The personal e-store on pages: what the state holds of the reader, and where each paper came from."""

from __future__ import annotations

import io

from flask import g, render_template, send_file, url_for

from assembly.clock import local_today, now
from casework import attachments, estore, looks
from engine.rejection import Rejected
from store.db import db
from web.citizen import blueprint
from web.errors import refusal
from web.gated import signed_in


@blueprint.get("/giay-to")
@signed_in
def store():
    """The reader's papers, newest first."""
    found = estore.of(db.session, g.actor)
    looks.record(db.session, g.actor, "citizen/store", sorted({one.dossier for one in found}), now=now())
    return render_template("citizen/store.html", found=found, today=local_today())


@blueprint.get("/giay-to/<uuid:attachment_id>")
@signed_in
def stored_file(attachment_id):
    """A paper of the reader's own dossier."""
    found = attachments.read(db.session, g.actor, attachment_id, now=now())
    if isinstance(found, Rejected):
        return refusal(found, back=url_for("citizen.store"))
    return send_file(io.BytesIO(found.content), mimetype=found.media_type, download_name=found.name)
