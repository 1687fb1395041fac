"""Public tracking by code and secret, without signing in: the course of a dossier, no names."""

from __future__ import annotations

from flask import render_template, request

from assembly.clock import now
from casework import definitions
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import dossiers as rows
from web import pictures, timeline
from web.citizen import blueprint
from web.gated import public


@blueprint.get("/tra-cuu")
@public
def track():
    code, secret = request.args.get("code", "").strip().upper(), request.args.get("secret", "").strip()
    if not code and not secret:
        return render_template("citizen/track.html", code="", problems=[])
    found = rows.track(db.session, code, secret, now=now())
    if isinstance(found, Rejected):
        wrong = Problem(
            "code",
            found.code,
            "Không tìm thấy hồ sơ với mã hồ sơ và mã tra cứu này. Hai mã được in trên giấy tiếp nhận.",
            "No dossier has this code and secret. Both stand on the receipt.",
        )
        return render_template("citizen/track.html", code=code, problems=[wrong]), 404
    definition = definitions.get(db.session, found["procedure"]["code"], found["procedure"]["version"])
    return render_template(
        "citizen/tracked.html",
        dossier=found,
        picture=pictures.of(db.session, definition, found),
        picture_text=pictures.in_words(db.session, definition, found),
        rows=timeline.rows(db.session, rows.events(db.session, found["id"]), definition, public=True),
    )
