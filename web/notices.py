"""The bell: what the system has told the reader, and how much of it is unread."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, url_for

from assembly.clock import now
from casework import notices
from store.db import db
from store.queries import notices as told
from web.gated import signed_in

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@blueprint.get("/")
@signed_in
def all_of_mine():
    return render_template("notices.html", notices=told.newest(db.session, g.actor.id))


@blueprint.get("/bell")
@signed_in
def bell():
    """The bell alone: htmx asks every minute."""
    return render_template("parts/bell.html")


@blueprint.get("/<int:notice>")
@signed_in
def read(notice: int):
    """Mark it read and go to its dossier."""
    row = next((row for row in told.newest(db.session, g.actor.id) if row["id"] == notice), None)
    if row is None:
        abort(404)
    notices.mark_read(db.session, g.actor.id, now=now(), notice=notice)
    if row["place"]:
        return redirect(row["place"])
    if row["dossier"] is None:
        return redirect(url_for("notices.all_of_mine"))
    place = "desk.dossier" if g.actor.posts else "citizen.dossier"
    return redirect(url_for(place, code=row["dossier"]))


@blueprint.post("/read")
@signed_in
def read_all():
    notices.mark_read(db.session, g.actor.id, now=now())
    return redirect(url_for("notices.all_of_mine"))
