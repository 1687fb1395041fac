"""The day's closing: what each officer of the counter did, what money was taken, how long people waited, what is left over."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import abort, g, render_template, request

from assembly.clock import local_today, now
from casework import permits, tickets
from engine.local import LOCAL
from store.db import db
from store.queries import counter_day, people
from web.counter import blueprint, clerks
from web.counter.register import asked_day
from web.names import vn

COUNTED = ("received", "counter", "online", "assisted", "supplemented", "refused", "handed")


@blueprint.get("/chot-ngay")
@clerks
def closing():
    """One day of the counter, to check the money against and to print; today if none is named."""
    agency = request.args.get("agency") or g.desks[0]
    if agency not in g.desks:
        abort(403)
    day, roles = asked_day("ngay", local_today()), permits.dispatchers(db.session)
    since = datetime.combine(day, time.min, LOCAL)
    before = since + timedelta(days=1)
    done = counter_day.done(db.session, [agency], roles, since=since, before=before)
    money = counter_day.money(db.session, [agency], roles, since=since, before=before)
    back = counter_day.paid_back(db.session, [agency], since=since, before=before)
    return render_template(
        "counter/closing.html",
        agency=agency,
        name=people.agency_names(db.session)[agency],
        day=day,
        done=[[vn(row["officer"]), *(row[name] for name in COUNTED)] for row in done],
        sums=[sum(row[name] for row in done) for name in COUNTED],
        money=money,
        back=back,
        total=sum(row["amount_vnd"] for row in money) - sum(row["amount_vnd"] for row in back),
        figures=tickets.figures(db.session, agency, day),
        left=counter_day.left(db.session, [agency], now=now()) if day == local_today() else None,
    )
