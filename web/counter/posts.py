"""The counter's parcels: order the postman, follow the waybill."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import looks, postal
from store.db import db
from web.counter import blueprint, clerks
from web.errors import refusal


@blueprint.route("/buu-chinh", methods=["GET", "POST"])
@clerks
def posts():
    """What people want fetched or brought, what is on its way, what arrived lately."""
    if request.method == "POST":
        return _do(request.form.get("shipment", 0, type=int), request.form.get("_do", ""))
    found = postal.at_counter(db.session, g.desks)
    looks.record(db.session, g.actor, "counter/posts", [row["code"] for row in found], now=now())
    return render_template("counter/posts.html", rows=found)


def _do(shipment: int, order: str):
    if order == "order":
        refused = postal.order(db.session, g.actor, g.desks, shipment, now=now())
    elif order == "cancel":
        refused = postal.cancel(db.session, g.desks, shipment, now=now())
    else:
        abort(400)
    if refused:
        return refusal(refused, back=url_for("counter.posts"))
    flash(gettext("Đã gửi yêu cầu đến bưu cục.") if order == "order" else gettext("Đã hủy bưu gửi."))
    return redirect(url_for("counter.posts"))
