"""My own figures, and what I did last (the way to recall it)."""

from __future__ import annotations

from datetime import timedelta

from flask import g, render_template, request

from assembly.clock import now
from casework import looks, performance
from store.db import db
from web.desk import blueprint
from web.gated import officers

PERIODS = (7, 30, 90, 365)  # days


@blueprint.get("/me")
@officers
def me():
    days = request.args.get("days", 30, type=int)
    days = days if days in PERIODS else 30
    at = now()
    found = performance.of(db.session, g.actor.id, since=at - timedelta(days=days), until=at, now=at)
    looks.record(db.session, g.actor, "desk/me", [row["dossier"] for row in found.last], now=at)
    return render_template("desk/me.html", found=found, days=days, periods=PERIODS)
