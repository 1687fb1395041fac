"""The personal e-store on pages: what the state holds of the reader, where each paper came from, and what they put in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from assembly.clock import local_today, now
from assembly.statuses import http_status
from casework import attachments, estore, looks, own_papers, partial
from casework.partial import Upload
from engine.rejection import Problem, Rejected
from store.db import db
from web import uploads
from web.citizen import blueprint
from web.errors import refusal
from web.gated import applicants, signed_in
from web.names import said

FIELDS = ("name", "code", "valid_to")


@blueprint.get("/giay-to")
@signed_in
def store():
    """The reader's papers, newest first."""
    return _page()


@blueprint.post("/giay-to")
@applicants
def store_add():
    """A file of one's own, with what it is. The file has come in pieces, or comes whole with the form; it stays while
    the rest is mended."""
    arrived = _arrived()
    if isinstance(arrived, Rejected):
        problem = Problem("file", arrived.code, arrived.vi, arrived.en)
        return _page([problem], _described()), http_status(arrived.code)
    name, content = "", b""
    if arrived:
        taken = partial.taken(db.session, g.actor, str(arrived.id), now=now())
        if not isinstance(taken, Rejected):
            name, content = taken
    added = own_papers.add(
        db.session, g.actor, name, content, **_described(), trust=uploads.trust(), now=now()
    )
    if isinstance(added, Rejected):
        db.session.rollback()
        problems = added.problems or (Problem("", added.code, added.vi, added.en),)
        fit = all(problem.where != "file" for problem in problems)
        return _page(problems, _described(), arrived if fit else None), http_status(added.code)
    flash(gettext("Đã thêm vào kho."))
    return redirect(url_for("citizen.store"))


@blueprint.post("/giay-to/<uuid:attachment_id>")
@applicants
def store_change(attachment_id: UUID):
    """Another name, type or validity, or out of the store."""
    if request.form.get("do") == "remove":
        refused = own_papers.remove(db.session, g.actor, attachment_id)
        said = gettext("Đã xóa khỏi kho.")
    else:
        refused = own_papers.change(db.session, g.actor, attachment_id, **_described())
        said = gettext("Đã lưu.")
    if refused is not None:
        return refusal(refused, back=url_for("citizen.store"))
    flash(said)
    return redirect(url_for("citizen.store"))


@blueprint.get("/giay-to/<uuid:attachment_id>")
@signed_in
def stored_file(attachment_id):
    """A paper of the reader's own dossier, or one they put in."""
    found = attachments.read(db.session, g.actor, attachment_id, now=now())
    if isinstance(found, Rejected):
        return refusal(found, back=url_for("citizen.store"))
    return send_file(io.BytesIO(found.content), mimetype=found.media_type, download_name=found.name)


def _arrived() -> Upload | Rejected | None:
    """The whole file of this post, or the upload that it names."""
    file = request.files.get("file")
    if file and file.filename:
        content = file.read(attachments.MAX_BYTES + 1)
        begun = partial.begin(db.session, g.actor, file.filename, len(content), now=now())
        if not isinstance(begun, Rejected):
            partial.append(db.session, g.actor, begun.id, 0, content, now=now())
        return begun
    try:
        wanted = UUID(request.form.get("uploaded", ""))
    except ValueError:
        return None
    return partial.find(db.session, g.actor, wanted, now=now())


def _described() -> dict[str, str]:
    return {field: request.form.get(field, "").strip()[:400] for field in FIELDS}


def _page(
    problems: Sequence[Problem] = (), given: dict[str, str] | None = None, uploaded: Upload | None = None
):
    found = estore.of(db.session, g.actor, own=True)
    seen = sorted({one.dossier for one in found if one.dossier})
    looks.record(db.session, g.actor, "citizen/store", seen, now=now())
    return render_template(
        "citizen/store.html",
        found=found,
        today=local_today(),
        kinds={code: said(*kind) for code, kind in own_papers.kinds(db.session).items()},
        room=own_papers.room(db.session, g.actor),
        most=own_papers.MOST,
        most_bytes=own_papers.MOST_BYTES,
        problems=problems,
        given=given or {},
        uploaded=uploaded,
    )
