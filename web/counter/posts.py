"""The counter's parcels: asked for by who stands or calls there, the postman ordered, the waybill followed."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import definitions, looks, postal
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers
from web import parcels
from web.counter import blueprint, clerks
from web.counter.checklist import counter_of
from web.errors import refusal


@blueprint.route("/buu-chinh", methods=["GET", "POST"])
@clerks
def posts():
    """What people want fetched or brought, what is on its way, what arrived lately."""
    if request.form.get("_do") == "ask":
        return _ask(request.form.get("code", ""))
    if request.method == "POST":
        return _do(request.form.get("shipment", 0, type=int), request.form.get("_do", ""))
    found = postal.at_counter(db.session, g.desks)
    looks.record(db.session, g.actor, "counter/posts", [row["code"] for row in found], now=now())
    return render_template("counter/posts.html", rows=found)


def _ask(code: str):
    """A parcel for a dossier of this counter: wanted, its address mended, or sent again."""
    row = dossiers.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected) or row["sight"] != "full" or counter_of(row) not in g.desks:
        abort(404)
    ways = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"]).return_by
    if refused := parcels.ask(code, ways):
        return refusal(refused, back=url_for("counter.posts"))
    flash(gettext("Đã ghi nhận: gọi bưu tá khi giấy tờ sẵn sàng."))
    return redirect(url_for("counter.posts"))


def _do(shipment: int, order: str):
    if order == "order":
        refused = postal.order(db.session, g.actor, g.desks, shipment, now=now())
    elif order == "cancel":
        refused = postal.cancel(db.session, g.desks, shipment, now=now())
    elif order == "back":
        refused = postal.got_back(db.session, g.desks, shipment, now=now())
    else:
        abort(400)
    if refused:
        return refusal(refused, back=url_for("counter.posts"))
    said = {
        "order": gettext("Đã gửi yêu cầu đến bưu cục."),
        "cancel": gettext("Đã hủy bưu gửi."),
        "back": gettext("Đã ghi nhận bưu gửi về quầy: gửi lại được."),
    }
    flash(said[order])
    return redirect(url_for("counter.posts"))
