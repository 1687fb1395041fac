"""Complaints and proposals (phản ánh, kiến nghị): write one, follow it, say more, judge the answer; read published ones."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from assembly.statuses import http_status
from casework import petitions, reference
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import people
from store.queries import petitions as rows
from web.citizen import blueprint
from web.errors import refusal
from web.gated import public, signed_in

FIELDS = (*petitions.LONGEST, "kind", "about", "may_publish")


@blueprint.get("/phan-anh")
@public
def petitions_page():
    """From a dossier's page the dossier and its agency, which its code begins with, are known."""
    dossier = request.args.get("ho-so", "")[:60]
    given = {"dossier": dossier, "about": dossier.rsplit("-", 2)[0]}
    if g.actor is not None and g.actor.kind == "applicant":
        given |= people.contact(db.session, g.actor.id)
    return _form(given)


@blueprint.post("/phan-anh")
@public
def petition_send():
    given = {name: request.form.get(name, "") for name in FIELDS}
    sender = g.actor if g.actor is not None and g.actor.kind == "applicant" else None
    sent = petitions.send(db.session, sender, given, now=now(), address=request.remote_addr or "")
    if isinstance(sent, Rejected):
        problems = sent.problems or (Problem("", sent.code, sent.vi, sent.en),)
        return _form(given, problems), http_status(sent.code)
    known = reference.load(db.session, now()).facts.law.petition_days
    return render_template("petition/sent.html", sent=sent, days=known, mine=sender is not None)


@blueprint.get("/phan-anh/tra-cuu")
@public
def petition_track():
    return render_template("petition/track.html", code=request.args.get("code", "")[:30], problems=[])


@blueprint.post("/phan-anh/tra-cuu")
@public
def petition_tracked():
    """The secret comes in the body; what the sender does next comes with it again."""
    code, secret = request.form.get("code", "").strip().upper(), request.form.get("secret", "").strip()
    found = petitions.track(db.session, code, secret, now=now(), address=request.remote_addr or "")
    if isinstance(found, Rejected):
        wrong = Problem("code", found.code, found.vi, found.en)
        page = render_template("petition/track.html", code=code, problems=[wrong])
        return page, http_status(found.code)
    refused = _order(found)
    if refused is not None:
        return refusal(refused, back=url_for("citizen.petition_track", code=code))
    return _page(rows.one(db.session, code) or found, secret)


@blueprint.get("/phan-anh/<code>")
@signed_in
def petition(code: str):
    found = petitions.own(db.session, g.actor, code, now=now())
    return refusal(found) if isinstance(found, Rejected) else _page(found)


@blueprint.post("/phan-anh/<code>")
@signed_in
def petition_order(code: str):
    """Say more, or judge the answer."""
    found = petitions.own(db.session, g.actor, code, now=now())
    refused = found if isinstance(found, Rejected) else _order(found)
    if refused is not None:
        return refusal(refused, back=url_for("citizen.petitions_page"))
    return redirect(url_for("citizen.petition", code=code))


def _order(row: Mapping) -> Rejected | None:
    do, sender = request.form.get("do", ""), g.actor
    if do == "supplement":
        refused = petitions.supplement(db.session, sender, row, request.form.get("words", ""), now=now())
    elif do in ("like", "dislike"):
        refused = petitions.judge(db.session, sender, row, do == "like", now=now())
    else:
        return None
    if refused is None:
        flash(gettext("Đã ghi nhận, cảm ơn bạn."))
    return refused


def _page(row: Mapping, secret: str = ""):
    return render_template("petition/own.html", petition=row, secret=secret)


def _form(given: Mapping[str, str], problems=()):
    mine = rows.of_account(db.session, g.actor.id) if g.actor is not None else []
    return render_template(
        "petition/form.html",
        given=given,
        problems=problems,
        agencies=sorted(reference.load(db.session, now()).facts.agencies.values(), key=lambda one: one.code),
        mine=mine,
        published=rows.published(db.session),
    )
