"""The register of dossiers (Mẫu 06) for a period: to read, and as PDF."""

from __future__ import annotations

import io
from datetime import date

from flask import abort, g, render_template, request, send_file, url_for

from assembly.clock import now
from casework import looks, registers
from engine.rejection import Rejected
from store.db import db
from web.counter import blueprint, clerks
from web.errors import refusal
from web.show import LOCAL


@blueprint.get("/so-theo-doi")
@clerks
def register():
    """Dossiers received in a period; today if none is named."""
    agency, first, last, found = _asked("counter/register")
    return render_template(
        "counter/register.html",
        agency=agency,
        first=first,
        last=last,
        rows=[row | {"returned_at": registers.returned_at(row)} for row in found],
        full=len(found) >= registers.MOST_ROWS,
    )


@blueprint.get("/so-theo-doi.pdf")
@clerks
def register_pdf():
    """Mẫu 06."""
    agency, first, last, found = _asked("counter/register.pdf")
    content = registers.pdf(db.session, agency, first, last, found, now=now())
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("counter.register"))
    name = f"so-theo-doi-{agency}-{first}-{last}.pdf"
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name)


def _asked(page: str):
    agency = request.args.get("agency") or g.desks[0]
    if agency not in g.desks:
        abort(403)
    today = now().astimezone(LOCAL).date()
    first, last = registers.period(_day("tu", today), _day("den", today))
    found = registers.rows(db.session, agency, first, last)
    looks.record(db.session, g.actor, page, [row["code"] for row in found], now=now())
    return agency, first, last, found


def _day(name: str, otherwise: date) -> date:
    """A date of the address; what is none counts as not given."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
