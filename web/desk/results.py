"""The register of results, page by page: number, day, signer, validity; a leader revokes with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import local_today, now
from assembly.statuses import http_status
from casework import gate, looks
from casework.documents import publicly
from engine.commands import RevokeResult
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import agency as live
from store.queries import documents as rows
from web.desk import blueprint
from web.gated import officers

LONGEST = timedelta(days=366)
ON_A_PAGE = 100


@blueprint.get("/results")
@officers
def results():
    return _page()


@blueprint.post("/results/<code>/<result>/revoke")
@officers
def revoke(code: str, result: str):
    """A result counts no more; the page that checks it says so at once."""
    instead = publicly.replacement(db.session, request.form.get("replaced_by", ""))
    if isinstance(instead, Rejected):
        problem = Problem("replaced_by", instead.code, instead.vi, instead.en)
        return _page([problem], http_status(instead.code))
    order = RevokeResult(g.actor, result, request.form.get("reason", "").strip(), instead)
    answer = gate.handle(db.session, code, order, now=now())
    if isinstance(answer, Rejected):
        return _page([Problem("", answer.code, answer.vi, answer.en)], http_status(answer.code))
    flash(gettext("Đã thu hồi kết quả của hồ sơ %(code)s.", code=code))
    return redirect(url_for("desk.results") + "?" + urlencode(request.args.to_dict()))


def period() -> tuple[date, date]:
    """The first and the last day that the address names: the last month if it names none, a year at most."""
    until = _day("until") or local_today()
    return max(_day("since") or until - timedelta(days=30), until - LONGEST), until


def _page(problems=(), status: int = 200):
    since, until = period()
    cursor = request.args.get("cursor")
    found = rows.register(
        db.session, sorted(g.actor.agencies()), since=since, until=until, cursor=cursor, limit=ON_A_PAGE
    )
    looks.record(db.session, g.actor, "desk/results", [row["dossier"] for row in found["items"]], now=now())
    led = {one["code"] for one in live.led(db.session, g.actor)}
    page = render_template(
        "desk/results.html",
        items=[{**row, "standing": publicly.standing(row, now())} for row in found["items"]],
        next=found["next"],
        cursor=cursor,
        since=since,
        until=until,
        leads=led,
        problems=problems,
    )
    return page, status


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None
