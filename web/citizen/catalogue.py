"""Home and catalogue: find the procedure, read what it needs."""

from __future__ import annotations

from flask import abort, render_template, request

from assembly.clock import now
from casework import definitions
from store.db import db
from store.queries import catalogue as rows
from web import pictures
from web.citizen import blueprint
from web.gated import public
from web.show import LEVEL_NAMES


@blueprint.get("/")
@public
def home():
    found = rows.search(db.session, today=now().date(), limit=12)
    return render_template("citizen/home.html", items=found["items"])


@blueprint.get("/thu-tuc")
@public
def catalogue():
    q = request.args.get("q", "")[:200]
    level, field = request.args.get("level", ""), request.args.get("field", "")
    found = rows.search(
        db.session, today=now().date(), q=q, level=level, field=field, cursor=request.args.get("cursor")
    )
    return render_template(
        "citizen/catalogue.html",
        items=found["items"],
        next=found["next"],
        q=q,
        level=level,
        field=field,
        levels=LEVEL_NAMES,
        fields=rows.fields(db.session),
    )


@blueprint.get("/thu-tuc/<code>")
@public
def procedure(code: str):
    row = rows.procedure(db.session, code, today=now().date())
    if row is None:
        abort(404)
    definition = definitions.get(db.session, code, row["version"])
    nothing = {"steps": []}
    return render_template(
        "citizen/procedure.html",
        procedure=row,
        steps=[step for step in definition.steps.values() if step.role != "applicant"],
        picture=pictures.of(db.session, definition, nothing),
        picture_text=pictures.in_words(db.session, definition, nothing),
    )
