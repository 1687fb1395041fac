"""Seals of the agencies and whose signature is there, for admins: put in, seen on a sample page, taken away."""

from __future__ import annotations

import io

from flask import abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from assembly.clock import now
from assembly.statuses import http_status
from casework.documents import seal_pictures
from casework.documents.signature_pictures import MAX_BYTES
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import people
from web.admin import blueprint
from web.errors import refusal
from web.gated import admins


@blueprint.get("/seals")
@admins
def seals():
    """Every agency at work, and whether its seal is there."""
    return render_template("admin/seals.html", agencies=seal_pictures.agencies(db.session))


@blueprint.get("/seals/<agency>")
@admins
def seal(agency: str):
    return _page(agency)


@blueprint.post("/seals/<agency>")
@admins
def keep_seal(agency: str):
    """A new picture of the seal; `remove` instead takes it away, `signature` an officer's signature."""
    _name(agency)
    if username := request.form.get("signature"):
        if username not in {one["username"] for one in seal_pictures.officers(db.session, agency)}:
            abort(404)
        answer, said = (
            seal_pictures.remove_signature(db.session, g.actor, username, now=now()),
            gettext("Đã xóa ảnh chữ ký."),
        )
    elif "remove" in request.form:
        answer, said = (
            seal_pictures.remove(db.session, g.actor, agency, now=now()),
            gettext("Đã xóa ảnh dấu."),
        )
    else:
        given = request.files.get("picture")
        uploaded = given.read(MAX_BYTES + 1) if given else b""
        answer = seal_pictures.keep(db.session, g.actor, agency, uploaded, now=now())
        said = gettext("Đã lưu ảnh dấu. Văn bản đóng dấu từ lúc này mang dấu mới.")
    if isinstance(answer, Rejected):
        return _page(
            agency, [Problem("picture", answer.code, answer.vi, answer.en)], http_status(answer.code)
        )
    flash(said)
    return redirect(url_for("admin.seal", agency=agency))


@blueprint.get("/seals/<agency>/sample.png")
@admins
def seal_sample(agency: str):
    """A sample page with the seal in its place."""
    note = gettext("Bản thử") if current_app.config["SETTINGS"].demo else ""
    made = seal_pictures.sample(db.session, agency, _name(agency), note)
    if isinstance(made, Rejected):
        return refusal(made, back=url_for("admin.seal", agency=agency))
    return send_file(io.BytesIO(made), mimetype="image/png")


def _name(agency: str) -> str:
    found = people.agency_names(db.session).get(agency)
    return found if found is not None else abort(404)


def _page(agency: str, problems=(), status: int = 200):
    page = render_template(
        "admin/seal.html",
        code=agency,
        name=_name(agency),
        set_at=seal_pictures.set_at(db.session, agency),
        officers=seal_pictures.officers(db.session, agency),
        problems=problems,
    )
    return page, status
