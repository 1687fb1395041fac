"""The officer's desk: queues, a task, a dossier, and the orders that can be given there."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from assembly.clock import now
from casework import gate, permits
from engine import commands
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers as dossier_queries
from store.queries import inbox
from web import eform, pictures
from web.errors import refusal
from web.gated import officers
from web.show import STATUS_NAMES

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("/")
@officers
def home():
    return render_template(
        "desk/home.html",
        queues=inbox.queues(db.session, g.actor, now=now()),
        mine=inbox.mine(db.session, g.actor, now=now()),
    )
