"""Papers, results and attachments of a dossier, as files."""

from __future__ import annotations

import io

from flask import current_app, g, render_template, request, send_file, url_for

from assembly.clock import now
from assembly.partners import anchors
from casework import attachments
from casework.documents.checking import asked
from engine.rejection import Rejected
from store.db import db
from web import printed
from web.citizen.checking import STAMPS, TRUST, VERDICTS
from web.desk import blueprint
from web.errors import refusal
from web.gated import officers
from web.patience import again, patience


@blueprint.get("/dossiers/<code>/papers/<paper>")
@officers
def paper(code: str, paper: str):
    """A statutory paper of the dossier as PDF."""
    return printed.paper(code, paper, url_for("desk.dossier", code=code))


@blueprint.get("/dossiers/<code>/results/<result>")
@officers
def result(code: str, result: str):
    """A signed result of the dossier as PDF."""
    return printed.result(code, result, url_for("desk.dossier", code=code))


@blueprint.get("/attachments/<uuid:attachment_id>")
@officers
def attachment(attachment_id):
    """A file of a dossier. `?show=1` inside the page that asks (its type is by content, told at upload); else saved."""
    found = attachments.read(db.session, g.actor, attachment_id, now=now())
    if isinstance(found, Rejected):
        return refusal(found)
    shown = "show" in request.args and found.media_type in SHOWN
    answer = send_file(
        io.BytesIO(found.content),
        mimetype=found.media_type,
        download_name=found.name,
        as_attachment=not shown,
    )
    if shown:
        answer.headers["Content-Security-Policy"] = SHOWN[found.media_type]
    return answer


@blueprint.get("/attachments/<uuid:attachment_id>/chu-ky")
@officers
def attachment_signatures(attachment_id):
    """Who signed a file of a dossier, and is it still what they signed: a part beside the file (htmx), else a page."""
    found = attachments.read(db.session, g.actor, attachment_id, now=now())
    if isinstance(found, Rejected):
        return refusal(found)
    return render_template(
        "desk/_signatures.html" if "HX-Request" in request.headers else "desk/signatures.html",
        name=found.name,
        checked=asked(found.content, anchors(current_app.config["SETTINGS"]), patience=patience()),
        again=again(),
        verdicts=VERDICTS,
        trust=TRUST,
        stamps=STAMPS,
    )


# Strangers' files inside our pages: nothing in them may run, load or send. A sandbox would also switch off the
# browser's own PDF viewer, which keeps scripts of the file in a process of its own.
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; frame-ancestors 'self'"
SHOWN = {
    "application/pdf": f"{_NOTHING}; object-src 'self'",
    "image/png": f"{_NOTHING}; sandbox",
    "image/jpeg": f"{_NOTHING}; sandbox",
}
