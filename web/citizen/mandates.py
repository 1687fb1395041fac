"""Acting for others: whom I act for, who acts for me, a new one, the end of one."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import local_today, now
from casework import attachments, mandates
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import catalogue
from web.auth import local
from web.citizen import blueprint
from web.errors import refusal
from web.gated import applicants
from web.show import CAPACITY_NAMES


@blueprint.get("/dai-dien")
@applicants
def my_mandates():
    return _page({}, [])


@blueprint.post("/dai-dien")
@applicants
def declare_mandate():
    """A new one. Back to where it was needed."""
    given = {key: request.form.get(key, "") for key in mandates.FIELDS}
    paper, problems = request.form.get("paper_id", ""), []
    file = request.files.get("paper")
    if file and file.filename:
        kept = attachments.keep(
            db.session, g.actor, file.filename, file.read(attachments.MAX_BYTES + 1), now=now()
        )
        if isinstance(kept, Rejected):
            problems.append(Problem("paper", kept.code, kept.vi, kept.en))
        else:
            paper = str(kept["id"])
    if problems:
        return _page(given, problems, paper)
    done = mandates.declare(
        db.session, g.actor, given, procedures=request.form.getlist("procedures"), paper=paper, now=now()
    )
    if isinstance(done, Rejected):
        return _page(given, done.problems, paper)
    flash(gettext("Đã ghi: bạn nộp hồ sơ thay cho %(name)s.", name=given["name"].strip()))
    return redirect(local(request.form.get("next")) or url_for("citizen.my_mandates"))


@blueprint.post("/dai-dien/<uuid:mandate_id>/thoi")
@applicants
def revoke_mandate(mandate_id: uuid.UUID):
    """Either side ends it."""
    refused = mandates.revoke(db.session, g.actor, mandate_id, now=now())
    if refused:
        return refusal(refused, back=url_for("citizen.my_mandates"))
    flash(gettext("Đã chấm dứt việc đại diện."))
    return redirect(url_for("citizen.my_mandates"))


def _page(given, problems, paper=""):
    today = local_today()
    page = render_template(
        "citizen/mandates.html",
        mine=mandates.mine(db.session, g.actor),
        of_me=mandates.of_me(db.session, g.actor),
        in_force=lambda row: mandates.in_force(row, today),
        today=today,
        capacities=CAPACITY_NAMES,
        procedures=catalogue.search(db.session, today=today, limit=200)["items"],
        given=given,
        paper=paper,
        chosen=set(request.form.getlist("procedures")),
        next=local(request.values.get("next")),
        problems=problems,
    )
    return page, 422 if problems else 200
