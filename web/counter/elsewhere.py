"""Non-boundary reception: take a dossier in for another agency, where a decision allows it."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, url_for

from assembly.clock import local_today, now
from casework import drafts, receiving
from store.db import db
from store.queries import catalogue
from web.counter import blueprint, clerks


@blueprint.route("/phi-dia-gioi", methods=["GET", "POST"])
@clerks
def elsewhere():
    """Procedures that this counter takes in for others, each with the agencies that decide."""
    day = local_today()
    taken = receiving.takings(db.session, g.desks, on=day)
    offered = [
        row
        | {
            "procedure": found,
            "deciding": [one for one in found["receiving"] if one["code"] != row["agency"]],
        }
        for row in taken
        if (found := catalogue.procedure(db.session, row["procedure_code"], today=day)) is not None
    ]
    if request.method == "GET":
        return render_template("counter/elsewhere.html", offered=offered)
    chosen = next((row for row in offered if row["procedure_code"] == request.form.get("procedure")), None)
    agency = request.form.get("agency", "")
    if chosen is None or not any(one["code"] == agency for one in chosen["deciding"]):
        abort(404)
    draft_id = drafts.begin(
        db.session,
        g.actor,
        chosen["procedure_code"],
        agency,
        {},
        now=now(),
        counter={"via": chosen["agency"]},
    )
    return redirect(url_for("counter.walk_in_applicant", draft_id=draft_id))
