"""Queue tickets: the officer calls and ends; a number is given out; the screen of the waiting room."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import tickets
from store.db import db
from store.queries import people
from web.counter import blueprint, clerks
from web.gated import public
from web.show import LOCAL


@blueprint.route("/so-thu-tu", methods=["GET", "POST"])
@clerks
def queue():
    """Give out a number, call the next one, end the one who stands here; figures of today."""
    agency = g.desks[0]
    if request.method == "POST":
        return _do(agency, request.form.get("_do", ""))
    called = tickets.serving(db.session, agency, now=now())
    return render_template(
        "counter/tickets.html",
        agency=agency,
        mine=next((one for one in called if one["called_by"] == g.actor.id), None),
        figures=tickets.figures(db.session, agency, now().astimezone(LOCAL).date()),
        given=request.args.get("so", type=int),
    )


def _do(agency: str, order: str):
    if order == "take":
        number = tickets.take(db.session, agency, now=now())
        return redirect(url_for("counter.queue", so=number))
    if order == "next":
        if tickets.call_next(db.session, g.actor, agency, now=now()) is None:
            flash(gettext("Không còn ai đang chờ."))
    elif order in ("done", "absent"):
        tickets.end(db.session, g.actor, agency, absent=order == "absent", now=now())
    else:
        abort(400)
    return redirect(url_for("counter.queue"))


@blueprint.get("/man-hinh/<agency>")
@public
def screen(agency: str):
    """What the waiting room sees: numbers called, how many wait. Renews itself every ten seconds."""
    name = people.agency_names(db.session).get(agency)
    if name is None:
        abort(404)
    called = tickets.serving(db.session, agency, now=now())
    day = now().astimezone(LOCAL).date()
    figures = tickets.figures(db.session, agency, day)
    page = render_template("counter/screen.html", name=name, called=called[:6], figures=figures)
    return page, 200, {"Refresh": "10"}
