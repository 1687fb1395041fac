"""The agency at a glance, for who leads it or gives out its work: what is late, at whom, at which step."""

from __future__ import annotations

from flask import abort, g, render_template, request

from assembly.clock import now
from casework import looks
from store.db import db
from store.queries import agency as live
from store.queries import inbox, people
from web.desk import blueprint
from web.gated import officers


@blueprint.get("/agency")
@officers
def agency():
    """`?agency=` one of several; `?officer=` (empty: nobody's yet) or `?step=<procedure>/<element>` narrows the list."""
    led = live.led(db.session, g.actor)
    wanted = request.args.get("agency")
    here = next((one for one in led if wanted in (None, one["code"])), None)
    if here is None:
        abort(403)
    officer = request.args.get("officer")
    procedure, _, element = request.args.get("step", "").partition("/")
    step = (procedure, element) if element else None
    at = now()
    tasks = live.tasks(db.session, here["code"], now=at, officer=officer, step=step)
    for row in tasks:
        row["item_label"] = people.label(db.session, row["item"])
    looks.record(db.session, g.actor, "desk/agency", [row["dossier"] for row in tasks], now=at)
    roles = {row["role"] for row in tasks} if here["dispatches"] else set()
    return render_template(
        "desk/agency.html",
        led=led,
        here=here,
        officers=live.officers(db.session, here["code"], now=at),
        steps=live.steps(db.session, here["code"], now=at),
        tasks=tasks,
        officer=officer,
        step=step,
        colleagues={role: inbox.colleagues(db.session, here["code"], role, now=at) for role in roles},
    )
