"""The officer's signature on scans: what I scanned and have not signed, signed in one go, each with what became of it."""

from __future__ import annotations

import io
import uuid

from flask import Response, abort, current_app, g, redirect, render_template, request, send_file, url_for
from flask_babel import lazy_gettext

from assembly.clock import now
from casework import attachments, looks
from casework.documents import scans
from casework.papers import PaperFailed, render_pages
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import counter
from web.counter import blueprint, checklist, clerks
from web.desk.tray import PROBLEMS as SIGNING_PROBLEMS

NO_PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 84 119">
<path d="M14 10h40l16 16v83H14zM54 10v16h16" fill="none" stroke="#8a919a" stroke-width="3"/></svg>"""
"""In the place of a page that cannot be drawn."""

PROBLEMS = {
    **SIGNING_PROBLEMS,
    "scan_gone": lazy_gettext("Bản quét đã được bỏ hoặc thay khỏi hồ sơ."),
    "scan_already_signed": lazy_gettext("Tệp đã có chữ ký số, không phải bản quét."),
    "scan_unreadable": lazy_gettext("Không đọc được tệp. Hãy quét lại."),
}


@blueprint.get("/so-hoa/trang/<uuid:attachment_id>.png")
@clerks
def first_page(attachment_id: uuid.UUID):
    """The first page of a scan as a picture, to know it by; a sheet's outline where it cannot be drawn."""
    found = attachments.read(db.session, g.actor, attachment_id, now=now())
    if isinstance(found, Rejected):
        abort(404)
    name = str(attachment_id)
    answer = (
        Response(status=304) if name in request.if_none_match else _picture(found)
    )  # a file never changes
    answer.set_etag(name)
    answer.headers["Cache-Control"] = "private, no-cache"  # asked for each time: not for who sits here next
    return answer


def _picture(found: attachments.File) -> Response:
    content, media_type = found.content, found.media_type
    if media_type == "application/pdf":
        try:
            content, media_type = render_pages(content, 1).files[0], "image/png"
        except PaperFailed:
            content, media_type = NO_PICTURE, "image/svg+xml"
    return send_file(io.BytesIO(content), mimetype=media_type)


@blueprint.post("/ky-so-hoa")
@clerks
def sign_scans():
    """Every scan that is ticked, with one PIN; then the page that shows how far it is."""
    ticked = request.form.getlist("scan")[:1000]
    answer = scans.ask(
        db.session,
        g.actor,
        g.desks,
        ticked,
        request.form.get("pin", ""),
        secret=current_app.config["SETTINGS"].secret_key,
        now=now(),
    )
    if isinstance(answer, Rejected):
        where = "pin" if answer.code == "pin_required" else ""
        return checklist.to_digitise_page([Problem(where, answer.code, answer.vi, answer.en)], ticked), 422
    return redirect(url_for("counter.scans_signed", batch=answer))


@blueprint.get("/ky-so-hoa/<uuid:batch>")
@clerks
def scans_signed(batch: uuid.UUID):
    """How far a batch is, scan by scan; asks for itself again while it runs."""
    found = counter.scans_of_batch(db.session, batch, account=g.actor.id)
    if not found:
        abort(404)
    looks.record(db.session, g.actor, "counter/scans", sorted({row["dossier"] for row in found}), now=now())
    over = [row for row in found if row["state"] in ("done", "failed")]
    return render_template(
        "counter/_scans_signed.html" if "HX-Request" in request.headers else "counter/scans_signed.html",
        batch=batch,
        items=found,
        running=len(over) < len(found),
        over=len(over),
        done=sum(row["state"] == "done" for row in found),
        problems=PROBLEMS,
    )
