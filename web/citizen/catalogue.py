"""Home and catalogue: find the procedure, read what it needs."""

from __future__ import annotations

import io
from datetime import date

from flask import abort, g, render_template, request, send_file, url_for

from assembly.clock import local_today
from bpmn import guide
from casework import declarations, definitions, prefilling
from engine.rejection import Rejected
from store.db import db
from store.queries import catalogue as rows
from web import pictures
from web.citizen import blueprint, handlers
from web.errors import refusal
from web.gated import public
from web.names import field_name, plain
from web.show import AUDIENCE_NAMES, LEVEL_NAMES

FILTERS = ("level", "field", "agency", "audience", "life_event")


@blueprint.get("/")
@public
def home():
    today = local_today()
    found = rows.search(db.session, today=today, limit=12)
    return render_template("citizen/home.html", items=found["items"], events=_life_events(today))


@blueprint.get("/thu-tuc")
@public
def catalogue():
    q = request.args.get("q", "")[:200]
    chosen = {name: request.args.get(name, "")[:200] for name in FILTERS}
    today = local_today()
    found = rows.search(db.session, today=today, q=q, **chosen, cursor=request.args.get("cursor"))
    return render_template(
        "citizen/catalogue.html",
        items=found["items"],
        next=found["next"],
        q=q,
        chosen=chosen,
        levels=LEVEL_NAMES,
        fields=[(name, plain(field_name(name))) for name in rows.fields(db.session)],
        agencies=[(one["code"], one["name"]) for one in rows.receivers(db.session, today=today)],
        audiences=AUDIENCE_NAMES,
        events=_life_events(today),
    )


@blueprint.get("/thu-tuc/<code>")
@public
def procedure(code: str):
    row = rows.procedure(db.session, code, today=local_today())
    if row is None:
        abort(404)
    definition = definitions.get(db.session, code, row["version"])
    nothing = {"steps": []}
    asked = request.args.get("agency", "")
    receiving = {agency["code"]: agency for agency in row["receiving"]}
    at_once = ""  # where one press files: known beforehand, nothing else to choose
    if g.actor and not asked:
        asked, _ = prefilling.likely_agency(
            db.session, g.actor, code, {one["code"]: one["name"] for one in row["receiving"]}
        )
        if g.actor.kind == "applicant" and g.actor.level >= (row.get("identity_level") or 0):
            at_once = asked
    receiver = receiving.get(asked) or next(iter(row["receiving"]), None)
    return render_template(
        "citizen/procedure.html",
        procedure=row,
        receiver=receiver,
        at_once=at_once,
        chosen_agency=request.args.get("agency") if asked in receiving else None,
        handlers=handlers.of(db.session, definition, receiver["code"]) if receiver else [],
        blank_forms=declarations.forms_of(definition),
        usual=rows.duration(db.session, code),
        usual_here=rows.duration(db.session, code, receiver["code"]) if receiver else None,
        picture=pictures.of(db.session, definition, nothing),
        picture_text=pictures.in_words(db.session, definition, nothing),
    )


@blueprint.get("/thu-tuc/<code>/bieu-mau/<key>")
@public
def blank_form(code: str, key: str):
    """The official form without answers, as PDF: to read beforehand, or to fill in by hand and bring to the counter."""
    row = rows.procedure(db.session, code, today=local_today())
    if row is None:
        abort(404)
    content = declarations.blank(definitions.get(db.session, code, row["version"]), key)
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("citizen.procedure", code=code))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{code}-{key}.pdf")


def _life_events(today: date) -> list[guide.LifeEvent]:
    """Those that lead to a procedure."""
    used = rows.life_events(db.session, today=today)
    return [event for event in guide.life_events() if event.code in used]
