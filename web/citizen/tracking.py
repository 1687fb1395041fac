"""Public tracking by code and secret, without signing in: the course of a dossier, no names."""

from __future__ import annotations

from flask import render_template, request

from assembly.clock import now
from assembly.statuses import http_status
from casework import bills, deadlines, definitions, postal, ratings, tracking
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import dossiers as rows
from web import pictures, timeline
from web.citizen import blueprint, supplement
from web.gated import public


@blueprint.get("/tra-cuu")
@public
def track():
    """Ask for the two codes; the receipt's QR code brings the first."""
    return render_template("citizen/track.html", code=request.args.get("code", "")[:60], problems=[])


@blueprint.post("/tra-cuu")
@public
def tracked():
    """The course of the dossier. The secret comes in the body: addresses are logged."""
    code, secret = request.form.get("code", "").strip().upper(), request.form.get("secret", "").strip()
    found = tracking.track(db.session, code, secret, now=now(), address=request.remote_addr or "")
    if isinstance(found, Rejected):
        wrong = Problem("code", found.code, found.vi, found.en)
        return render_template("citizen/track.html", code=code, problems=[wrong]), http_status(found.code)
    definition = definitions.get(db.session, found["procedure"]["code"], found["procedure"]["version"])
    return render_template(
        "citizen/tracked.html",
        dossier=found,
        secret=secret,
        why=deadlines.explain(db.session, code, now=now()),
        asked=supplement.asked(found, definition),
        rateable=ratings.may_rate(db.session, found),
        shipments=postal.of_dossier(db.session, found["id"]),  # type: ignore[arg-type]
        bill=bills.of_dossier(db.session, found, now=now()),
        picture=pictures.of(db.session, definition, found),
        picture_text=pictures.in_words(db.session, definition, found),
        rows=timeline.rows(
            db.session, rows.events(db.session, found["id"], "course"), definition, public=True
        ),
    )
