"""Rating a dossier once it has its result: signed in, or with code and secret."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import ratings, tracking
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers as rows
from web.citizen import blueprint
from web.errors import refusal
from web.gated import public, signed_in


@blueprint.post("/ho-so/<code>/danh-gia")
@signed_in
def rate(code: str):
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected) or row["sight"] != "own":
        return refusal(row if isinstance(row, Rejected) else rows.UNKNOWN)
    return _rated(row, url_for("citizen.dossier", code=code))


@blueprint.post("/tra-cuu/danh-gia")
@public
def rate_tracked():
    code, secret = request.form.get("code", "").strip().upper(), request.form.get("secret", "").strip()
    found = tracking.track(db.session, code, secret, now=now(), address=request.remote_addr or "")
    if isinstance(found, Rejected):
        return refusal(found, back=url_for("citizen.track"))
    return _rated(found, url_for("citizen.track", code=code))


def _rated(row, back: str):
    level, comment = request.form.get("level", ""), request.form.get("comment", "")
    refused = ratings.rate(db.session, row, level, comment, now=now())
    if refused is not None:
        return refusal(refused, back=back)
    flash(gettext("Cảm ơn bạn đã đánh giá."))
    return redirect(back)
