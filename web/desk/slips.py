"""Statutory slips signed by key: with the order that issues them, or afterwards on the dossier's page."""

from __future__ import annotations

from uuid import UUID

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
    _tell(_ask({code: [paper]}))
    return redirect(url_for("desk.dossier", code=code) + "#slips")


def sign_issued(done: Accepted) -> None:
    """What an order has issued goes to be signed, if the officer gave the PIN with it; says so on the next page."""
    issued = [event.paper for event in done.events if isinstance(event, PaperIssued)]
    papers = [paper for paper in issued if paper in slips.PAPERS]
    if not papers or not request.form.get("_pin", "").strip():
        return
    _tell(_ask({done.dossier_code: papers}))


@blueprint.post("/tray/slips")
@officers
def slips_by_hand():
    """The slips ticked in the tray were signed, or sealed, on paper."""
    done = slips.by_hand(db.session, g.actor, ticked(), now=now())
    _tell(done, gettext("Đã ghi nhận phiếu ký, đóng dấu trên giấy."))
    return redirect(url_for("desk.tray"))


def ticked() -> slips.Wanted:
    """The slips ticked in the tray: `code:paper`, repeated."""
    wanted: dict[str, list[str]] = {}
    for one in request.values.getlist("slip")[:1000]:
        code, _, paper = one.rpartition(":")
        wanted.setdefault(code, []).append(paper)
    return wanted


def _tell(answer: object, said: str = "") -> None:
    if isinstance(answer, Rejected):
        flash(answer.en if english() else answer.vi, "danger")
    else:
        flash(said or gettext("Phiếu gửi người nộp đang được ký số."))


def _ask(wanted: slips.Wanted) -> UUID | Rejected:
    secret = current_app.config["SETTINGS"].secret_key
    pin = request.form.get("_pin", "")
    return slips.ask(db.session, g.actor, wanted, pin, secret=secret, now=now())
