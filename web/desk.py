"""The officer's desk: queues, a task, a dossier, and the orders that can be given there."""

from __future__ import annotations

from assembly.clock import now
from flask import Blueprint, g, render_template
from store.queries import inbox

from store.db import db
from web.gated import officers

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("/")
@officers
def home():
    return render_template(
        "desk/home.html",
        queues=inbox.queues(db.session, g.actor, now=now()),
        mine=inbox.mine(db.session, g.actor, now=now()),
    )
