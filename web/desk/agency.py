"""The agency at a glance, for who leads it or gives out its work: what is late, at whom, at which step."""

from __future__ import annotations

from flask import abort, g, render_template, request

from assembly.clock import now
from casework import branches, bulk, looks, sharing
from store.db import db
from store.queries import agency as live
from store.queries import inbox, people
from web.desk import blueprint
from web.gated import officers
from web.patience import again, patience

MOST_LINES = 50  # of officers and of steps; the most overdue stand first, the rest is one press away


@blueprint.get("/agency/below")
@officers
def below():
    """Agencies below those that the reader leads: whole branches in counts, one agency by step and by dossier.

    Dossiers are named as far as the reader's own agency has to do with them; persons never.
    """
    led = [one for one in live.led(db.session, g.actor) if one["leads"]]
    if not led:
        abort(403)
    at, wanted = now(), request.args.get("agency") or led[0]["code"]
    above = live.line_above(db.session, wanted)
    codes = [one["code"] for one in above]
    top = next((one["code"] for one in led if one["code"] in codes), None)
    if top is None:
        abort(403)
    own = wanted in {one["code"] for one in led}
    seen = {"items": [], "hidden": 0} if own else live.dossiers_seen(db.session, g.actor, wanted, now=at)
    looks.record(db.session, g.actor, "desk/below", [row["dossier"] for row in seen["items"]], now=at)
    steps = [] if own else live.work(db.session, wanted, now=at)["steps"]
    most = MOST_LINES if "all" not in request.args else None
    return render_template(
        "desk/below.html",
        again=again(),
        counted=branches.below(db.session, wanted, now=at, patience=patience()),
        led=led,
        here=above[-1],
        above=above[codes.index(top) : -1],
        own=own,
        steps=steps[:most],
        hidden=most is not None and len(steps) > most,
        seen=seen,
    )


@blueprint.get("/agency/share")
@officers
def share():
    """Work of one role shared out by load: who has how much, and the moves that would even it out. Nothing is moved yet."""
    here = _given_out(request.args.get("agency"))
    at, code = now(), here["code"]
    roles = live.roles(db.session, code)
    role = request.args.get("role") or (roles[0]["role"] if roles else "")
    most = min(max(request.args.get("most", 20, type=int), 1), bulk.MOST)
    officers_there = inbox.colleagues(db.session, code, role, now=at)
    loads = {one["username"]: one["open"] for one in officers_there}
    tasks = live.to_share(db.session, code, role, list(loads), most=most)
    moves = sharing.plan(list(loads), tasks, most=most, loads=loads)
    looks.record(db.session, g.actor, "desk/share", [str(m.task["dossier"]) for m in moves], now=at)
    after = dict(loads)
    for move in moves:
        after[move.to_officer] += 1
        if move.from_officer:
            after[move.from_officer] -= 1
    return render_template(
        "desk/share.html",
        here=here,
        roles=roles,
        role=role,
        most=most,
        officers=[one | {"after": after[one["username"]]} for one in officers_there],
        names={one["username"]: one["name"] for one in officers_there},
        moves=moves,
        unheld=next((one["unheld"] for one in roles if one["role"] == role), 0),
    )


@blueprint.post("/agency/share")
@officers
def share_out():
    """The moves of the preview, each through the gate: `moves` are `<task id>:<version>:<officer>`."""
    here = _given_out(request.form.get("agency"))
    told = []
    for text in request.form.getlist("moves")[: bulk.MOST]:
        task, _, officer = text.rpartition(":")
        if one := bulk.Chosen.parse(task):
            told += bulk.assign(db.session, g.actor, [one], officer, now=now())
    done = [one for one in told if one.rejected is None]
    if request.headers.get("X-Part") == "1":  # the page counts them up, one by one
        return render_template("desk/_bulk.html", told=told, action="assign")
    return render_template("desk/shared.html", told=told, done=done, action="assign", here=here)


def _given_out(code: str | None) -> dict:
    """The agency, if the reader gives out its work."""
    led = live.led(db.session, g.actor)
    here = next((one for one in led if code in (None, one["code"])), None)
    if here is None:
        abort(403)
    return here


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
    roles = {row["role"] for row in tasks}
    work = live.work(db.session, here["code"], now=at)
    most = MOST_LINES if "all" not in request.args else None
    return render_template(
        "desk/agency.html",
        led=led,
        here=here,
        officers=work["officers"][:most],
        steps=work["steps"][:most],
        lines=max(map(len, work.values())) if most is not None else 0,
        most=MOST_LINES,
        tasks=tasks,
        officer=officer,
        step=step,
        colleagues={role: inbox.colleagues(db.session, here["code"], role, now=at) for role in roles},
    )
