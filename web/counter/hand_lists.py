"""Paper to the units: what waits by unit, one press for all lists, each list to print; and the unit's side, to take it."""

from __future__ import annotations

import io

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import hand_lists as lists
from casework import looks
from engine.rejection import Rejected
from store.db import db
from web.counter import blueprint, clerks
from web.errors import refusal
from web.gated import officers


@blueprint.route("/ban-giao", methods=["GET", "POST"])
@clerks
def hand_lists():
    """Dossiers whose paper waits to be handed over, by unit; the lists made so far."""
    if request.method == "POST":
        made = lists.hand_over(db.session, g.actor, g.desks, now=now())
        if isinstance(made, Rejected):
            flash(made.vi, "warning")
        else:
            flash(gettext("Đã lập %(n)s danh sách bàn giao. In và ký khi giao.", n=len(made)))
        return redirect(url_for("counter.hand_lists"))
    waiting = lists.waiting(db.session, g.desks, now=now())
    looks.record(db.session, g.actor, "counter/hand_lists", lists.codes(waiting), now=now())
    made = lists.made(db.session, g.desks)
    return render_template("counter/hand_lists.html", waiting=waiting, made=made)


@blueprint.route("/nhan-ban-giao", methods=["GET", "POST"])
@officers
def hand_lists_coming():
    """Lists for the officer's own queues: taken with one press each, or all but what did not come."""
    if request.method == "POST":
        return _take(request.form.get("list", 0, type=int), request.form.getlist("missing"))
    found = [lists.one(db.session, row["id"]) or row for row in lists.coming(db.session, g.actor, limit=20)]
    looks.record(db.session, g.actor, "counter/hand_lists_coming", lists.codes(found), now=now())
    return render_template("counter/hand_lists_coming.html", found=found)


def _take(list_id: int, missing: list[str]):
    """Everything on the list came, or all but what is ticked."""
    if request.form.get("_do") == "missing" and not missing:
        flash(gettext("Chưa đánh dấu hồ sơ nào chưa nhận được."), "warning")
    elif refused := lists.take(db.session, g.actor, list_id, missing, now=now()):
        return refusal(refused, back=url_for("counter.hand_lists_coming"))
    elif missing:
        flash(gettext("Đã ghi nhận danh sách, trừ hồ sơ được báo thiếu."))
    else:
        flash(gettext("Đã ghi nhận: nhận đủ hồ sơ trong danh sách."))
    return redirect(url_for("counter.hand_lists_coming"))


@blueprint.get("/ban-giao/<int:list_id>.pdf")
@officers
def hand_list_pdf(list_id: int):
    """One list on paper, for the counter that made it and the unit that takes it."""
    row = lists.one(db.session, list_id)
    if row is None or not (
        row["agency"] in g.actor.agencies() or g.actor.holds(row["to_agency"], row["to_role"])
    ):
        abort(404)
    looks.record(db.session, g.actor, "counter/hand_list.pdf", lists.codes([row]), now=now())
    content = lists.pdf(db.session, row)
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("counter.hand_lists"))
    name = f"ban-giao-{row['agency']}-{row['day']:%y%m%d}-{row['number']:02d}.pdf"
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name)
