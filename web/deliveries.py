"""What went outside: one's own wishes about it, and the log that admins watch."""

from __future__ import annotations

from datetime import time

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import sending
from casework.sending import Wishes
from store.db import db
from store.queries import deliveries
from web.gated import admins, signed_in

blueprint = Blueprint("deliveries", __name__)


@blueprint.route("/notices/wishes", methods=["GET", "POST"])
@signed_in
def wishes():
    """Which ways, which news, and when the telephone stays silent."""
    if request.method == "GET":
        contact = deliveries.contact(db.session, g.actor.id)
        key = current_app.config["SETTINGS"].secret_key
        return render_template(
            "notices/wishes.html",
            wishes=sending.wishes_of(db.session, g.actor.id),
            contact=contact,
            silenced=sending.silenced(db.session, key, contact["phone"]),
        )
    asked = {name: request.form.get(name) == "1" for name in ("zalo", "sms", "mail", "optional")}
    try:
        hours = {name: time.fromisoformat(request.form.get(name, "")) for name in ("quiet_from", "quiet_to")}
    except ValueError:
        abort(400)
    sending.keep_wishes(db.session, g.actor, Wishes(**asked, **hours))
    flash(gettext("Đã lưu cách nhận thông báo."))
    return redirect(url_for("deliveries.wishes"))


@blueprint.get("/admin/deliveries")
@admins
def log():
    state = request.args.get("state", "")
    found = deliveries.page(db.session, state=state, cursor=request.args.get("cursor"))
    return render_template(
        "notices/log.html",
        items=found["items"],
        next=found["next"],
        state=state,
        counts=deliveries.counts(db.session),
    )


@blueprint.post("/admin/deliveries/<int:delivery_id>")
@admins
def again(delivery_id: int):
    """A dead one is tried again."""
    if not sending.again(db.session, delivery_id, now=now()):
        abort(404)
    flash(gettext("Đã xếp hàng gửi lại."))
    return redirect(url_for("deliveries.log", state="dead"))
