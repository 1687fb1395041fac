"""Complaints and proposals at the desk: the register, one with its course, classify, assign, answer, publish; satisfaction."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import local_today, now
from casework import petition_handling, ratings, reference
from engine.rejection import Rejected
from store.db import db
from store.queries import agency
from store.queries import petitions as rows
from store.queries import ratings as rating_rows
from web.desk import blueprint
from web.errors import refusal
from web.gated import officers


@blueprint.get("/petitions")
@officers
def petitions_list():
    """All of them for who classifies; for others what their agencies are to answer."""
    scope = _scope()
    state = request.args.get("state", "")
    found = rows.page(
        db.session,
        agencies=scope,
        state=state if state in rows.STATES else "",
        late=state == "late",
        now=now(),
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "petition/list.html",
        items=found["items"],
        next=found["next"],
        state=state,
        figures=rows.figures(db.session, agencies=scope, now=now()),
        classifies=scope is None,
        first_page="cursor" not in request.args,
        current=now(),
    )


@blueprint.get("/petitions/<code>")
@officers
def petition(code: str):
    return _page(code)


@blueprint.post("/petitions/<code>/<any(refuse, ask, assign, answer, publish, keep):order>")
@officers
def petition_order(code: str, order: str):
    words = request.form.get("words", "")
    refused = {
        "refuse": lambda: petition_handling.refuse(db.session, g.actor, code, words, now=now()),
        "ask": lambda: petition_handling.ask_more(db.session, g.actor, code, words, now=now()),
        "assign": lambda: petition_handling.assign(
            db.session, g.actor, code, request.form.get("agency", ""), now=now()
        ),
        "answer": lambda: petition_handling.answer(db.session, g.actor, code, words, now=now()),
        "publish": lambda: petition_handling.publish(db.session, g.actor, code, True, now=now()),
        "keep": lambda: petition_handling.publish(db.session, g.actor, code, False, now=now()),
    }[order]()
    if refused is not None:
        return refusal(refused, back=url_for("desk.petition", code=code))
    flash(gettext("Đã ghi nhận việc xử lý."))
    return redirect(url_for("desk.petition", code=code))


@blueprint.get("/ratings")
@officers
def satisfaction():
    """How satisfied people are with the leader's agencies over a year; never with a person."""
    led = agency.led(db.session, g.actor)
    if not led and g.actor.kind != "admin":
        abort(403)
    since = (local_today() - timedelta(days=365)).replace(day=1)
    below = _below([one["code"] for one in led])
    chosen = request.args.get("agency", "")
    return render_template(
        "petition/ratings.html",
        rows=rating_rows.of_agencies(db.session, below, since, ratings.FEWEST),
        since=since,
        fewest=ratings.FEWEST,
        levels=ratings.LEVELS,
        comments=rating_rows.comments(db.session, chosen, since, ratings.FEWEST) if chosen in below else [],
        chosen=chosen if chosen in below else "",
    )


def _below(codes: list[str]) -> list[str]:
    """The agencies and all below them; an admin's are all."""
    agencies = reference.load(db.session, now()).facts.agencies
    if g.actor.kind == "admin":
        return sorted(agencies)
    found = set(codes)
    while more := {code for code, one in agencies.items() if one.parent in found} - found:
        found |= more
    return sorted(found)


def _scope() -> list[str] | None:
    return (
        None if petition_handling.classifies(db.session, g.actor, now=now()) else sorted(g.actor.agencies())
    )


def _page(code: str):
    row = petition_handling.seen(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row, back=url_for("desk.petitions_list"))
    known = reference.load(db.session, now())
    return render_template(
        "petition/detail.html",
        petition=row,
        classifies=_scope() is None,
        answers=any(post.agency == row["agency"] and post.role in known.leading for post in g.actor.posts),
        agencies=sorted(known.facts.agencies.values(), key=lambda one: one.code),
        days=known.facts.law.petition_days,
    )
