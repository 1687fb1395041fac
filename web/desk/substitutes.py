"""Who stands in for whom, between which dates; one's own absence, or that of an officer one leads."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import local_today, now
from assembly.statuses import http_status
from casework import substitutes as substitution
from engine.local import local_day
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import agency as live
from store.queries import colleagues
from web.desk import blueprint
from web.errors import refusal
from web.gated import officers


@blueprint.get("/substitutes")
@officers
def substitutes():
    return _page()


@blueprint.post("/substitutes")
@officers
def appoint():
    absent, agency, role = ([*request.form.get("post", "").split("|"), "", "", ""])[:3]
    refused = substitution.appoint(
        db.session,
        g.actor,
        absent=absent,
        substitute=request.form.get("substitute", ""),
        agency=agency,
        role=role,
        from_on=_day("from_on"),
        to_on=_day("to_on"),
        now=now(),
    )
    if refused:
        problems = refused.problems or (Problem("", refused.code, refused.vi, refused.en),)
        return _page(problems), http_status(refused.code)
    flash(gettext("Đã ghi người làm thay."))
    return redirect(url_for("desk.substitutes"))


@blueprint.post("/substitutes/<int:number>/end")
@officers
def end_substitution(number: int):
    refused = substitution.call_off(db.session, g.actor, number, now=now())
    if isinstance(refused, Rejected):
        return refusal(refused, back=url_for("desk.substitutes"))
    flash(gettext("Đã chấm dứt việc làm thay."))
    return redirect(url_for("desk.substitutes"))


def _page(problems: tuple[Problem, ...] = ()) -> str:
    today = local_today()
    led = {row["code"] for row in live.led(db.session, g.actor)}
    here = colleagues.posts_of(db.session, g.actor.agencies(), today)
    rows = colleagues.substitutions(db.session, g.actor.id, led)
    return render_template(
        "desk/substitutes.html",
        problems=problems,
        rows=[
            row
            | {
                "over": row["to_on"] < today,
                "called_off": row["ended_at"] is not None and local_day(row["ended_at"]) <= row["to_on"],
                "begun": row["from_on"] <= today,
            }
            for row in rows
        ],
        led=led,
        posts=[post for post in here if post["account"] == g.actor.id or post["agency"] in led],
        people=sorted({(post["account"], post["name"]) for post in here}, key=lambda one: one[1]),
        today=today,
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
