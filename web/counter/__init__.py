"""The one-stop counter: file for somebody, receive, hand over results, registers. One module a place, one blueprint."""

from __future__ import annotations

import functools

from flask import Blueprint, abort, g

from assembly.clock import now
from casework import counters
from casework import tickets as numbers
from store.db import db
from web.gated import View, officers

blueprint = Blueprint("counter", __name__, url_prefix="/quay")


@blueprint.context_processor
def shown() -> dict[str, object]:
    return {"serving": serving}


def serving() -> dict[str, object]:
    """Whom the officer serves now and how many wait: {mine (None: nobody), minutes, waiting}."""
    return numbers.of_officer(db.session, g.actor, g.desks[0], now=now())


def clerks(view: View) -> View:
    """Officers who work at a one-stop counter; `g.desks` are its agencies."""

    @officers
    @functools.wraps(view)
    def wrapped(*args, **kwargs):
        g.desks = counters.desks(db.session, g.actor, now=now())
        if not g.desks:
            abort(403)
        return view(*args, **kwargs)

    return wrapped


from web.counter import (  # noqa: E402, F401 (they hang their routes on the blueprint)
    checklist,
    closing,
    elsewhere,
    hand_lists,
    posts,
    register,
    scans,
    steps,
    tickets,
    walk_in,
)
