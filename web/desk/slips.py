"""Statutory slips signed by key: with the order that issues them, or afterwards on the dossier's page."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework.accepted import Accepted
from casework.documents import slips
from engine.events import PaperIssued
from engine.rejection import Rejected
from store.db import db
from web.desk import blueprint
from web.gated import officers
from web.names import english


@blueprint.post("/dossiers/<code>/papers/<paper>/sign")
@officers
def sign_slip(code: str, paper: str):
    """A slip that its giver did not sign at once, or could not."""
    _tell(_ask(code, [paper]))
    return redirect(url_for("desk.dossier", code=code) + "#slips")


def sign_issued(done: Accepted) -> None:
    """What an order has issued goes to be signed, if the officer gave the PIN with it; says so on the next page."""
    issued = [event.paper for event in done.events if isinstance(event, PaperIssued)]
    papers = [paper for paper in issued if paper in slips.PAPERS]
    if not papers or not request.form.get("_pin", "").strip():
        return
    _tell(_ask(done.dossier_code, papers))


def _tell(refused: Rejected | None) -> None:
    if refused is None:
        flash(gettext("Phiếu gửi người nộp đang được ký số."))
    else:
        flash(refused.en if english() else refused.vi, "danger")


def _ask(code: str, papers: list[str]) -> Rejected | None:
    secret = current_app.config["SETTINGS"].secret_key
    return slips.ask(
        db.session, g.actor, code, papers, request.form.get("_pin", ""), secret=secret, now=now()
    )
