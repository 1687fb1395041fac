"""Papers, results and attachments of a dossier, as files."""

from __future__ import annotations

import io

from flask import current_app, g, request, send_file, url_for

from assembly.clock import now
from casework import attachments, looks, printing
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers as dossier_rows
from web.desk import blueprint
from web.errors import refusal
from web.gated import officers


@blueprint.get("/dossiers/<code>/papers/<paper>")
@officers
def paper(code: str, paper: str):
    """A statutory paper of the dossier as PDF."""
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, f"paper/{paper}", [code], now=now())
    content = printing.of_dossier(
        db.session, row, paper, public_url=current_app.config["SETTINGS"].public_url, now=now()
    )
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("desk.dossier", code=code))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{code}-mau-{paper}.pdf")


@blueprint.get("/dossiers/<code>/results/<result>")
@officers
def result(code: str, result: str):
    """A signed result of the dossier as PDF."""
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, f"result/{result}", [code], now=now())
    content = printing.result_of_dossier(
        db.session, row, result, public_url=current_app.config["SETTINGS"].public_url, now=now()
    )
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("desk.dossier", code=code))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{code}-{result}.pdf")


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


# Strangers' files inside our pages: nothing in them may run, load or send. A sandbox would also switch off the
# browser's own PDF viewer, which keeps scripts of the file in a process of its own.
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; frame-ancestors 'self'"
SHOWN = {
    "application/pdf": f"{_NOTHING}; object-src 'self'",
    "image/png": f"{_NOTHING}; sandbox",
    "image/jpeg": f"{_NOTHING}; sandbox",
}
