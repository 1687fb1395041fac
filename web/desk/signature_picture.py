"""My own signature's picture: seen as it will stand on documents, uploaded, taken away."""

from __future__ import annotations

from base64 import b64encode

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from assembly.statuses import http_status
from casework.documents import signature_pictures
from engine.rejection import Problem, Rejected
from store.db import db
from web.desk import blueprint
from web.gated import officers


@blueprint.get("/tray/signature")
@officers
def signature_picture():
    return _page()


@blueprint.post("/tray/signature")
@officers
def keep_signature_picture():
    """A new picture; `remove` instead takes the present one away."""
    if "remove" in request.form:
        signature_pictures.remove(db.session, g.actor)
        flash(gettext("Đã xóa ảnh chữ ký."))
        return redirect(url_for("desk.signature_picture"))
    given = request.files.get("picture")
    uploaded = given.read(signature_pictures.MAX_BYTES + 1) if given else b""
    answer = signature_pictures.keep(db.session, g.actor, uploaded, now=now())
    if isinstance(answer, Rejected):
        return _page([Problem("picture", answer.code, answer.vi, answer.en)], http_status(answer.code))
    flash(gettext("Đã lưu ảnh chữ ký. Văn bản ký từ lúc này mang chữ ký mới."))
    return redirect(url_for("desk.signature_picture"))


def _page(problems=(), status: int = 200):
    png = signature_pictures.of(db.session, g.actor.id)
    picture = b64encode(png).decode() if png else ""
    return render_template("desk/signature_picture.html", picture=picture, problems=problems), status
