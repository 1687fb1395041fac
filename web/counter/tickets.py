"""Queue tickets: taken at the entrance or from an officer, called, ended, measured; the screen of the waiting room."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import segno
from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from assembly.clock import local_today, now
from assembly.statuses import http_status
from casework import counters, registers, tickets
from engine.rejection import Rejected
from store.db import db
from store.queries import agency as agencies_led
from store.queries import people
from web.counter import blueprint, clerks, kiosk
from web.counter.register import asked_day
from web.errors import refusal
from web.gated import officers, public


@blueprint.route("/so-thu-tu", methods=["GET", "POST"])
@clerks
def queue():
    """Give out a number, call the next one, end the one who stands here; who waits and figures of today."""
    agency = g.desks[0]
    if request.method == "POST":
        return _do(agency, request.form.get("_do", ""))
    called = tickets.serving(db.session, agency, now=now())
    mine = next((one for one in called if one["called_by"] == g.actor.id), None)
    return render_template(
        "counter/tickets.html",
        agency=agency,
        mine=mine,
        minutes=int((now() - mine["called_at"]).total_seconds() // 60) if mine else 0,
        waiting=tickets.waiting(db.session, agency, now=now()),
        fields=tickets.fields(db.session, agency, now=now()),
        figures=tickets.figures(db.session, agency, local_today()),
        given=request.args.get("so", type=int),
        today=local_today(),
        target=tickets.TARGET_MINUTES,
        machine=(link := kiosk.link(agency)),
        machine_qr=_qr(link),
    )


def _do(agency: str, order: str):
    field = request.form.get("field", "")
    if order == "take":
        number = tickets.take(db.session, agency, field=field, now=now())
        if isinstance(number, Rejected):
            return refusal(number, back=url_for("counter.queue"))
        return redirect(url_for("counter.queue", so=number))
    if order == "next":
        if tickets.call_next(db.session, g.actor, agency, field=field or None, now=now()) is None:
            flash(gettext("Không còn ai đang chờ."))
    elif order in ("done", "absent"):
        tickets.end(db.session, g.actor, agency, absent=order == "absent", now=now())
    else:
        abort(400)
    return redirect(url_for("counter.queue"))


@blueprint.get("/so-thu-tu/thoi-gian")
@officers
def waits():
    """Waiting and service minutes of a period: for who works at the counter and for who leads its agency."""
    desks, names = counters.desks(db.session, g.actor, now=now()), people.agency_names(db.session)
    led = [row["code"] for row in agencies_led.led(db.session, g.actor)]
    agencies = {code: names[code] for code in dict.fromkeys([*desks, *led])}
    agency = request.args.get("agency") or next(iter(agencies), "")
    if agency not in agencies:
        abort(403)
    today = local_today()
    first, last = registers.period(asked_day("tu", today - timedelta(days=6)), asked_day("den", today))
    found = tickets.times(db.session, agency, first, last)
    g.desks = desks
    return render_template(
        "counter/waits.html",
        **found | {"whole": found["whole"][0]},
        agency=agency,
        agencies=agencies,
        at_desk=bool(desks),
        first=first,
        last=last,
        target=tickets.TARGET_MINUTES,
    )


@blueprint.route("/lay-so/<agency>", methods=["GET", "POST"])
@public
def take_number(agency: str):
    """Choose what one came for, get a number to print or to keep on the phone. The machine at the entrance, which an officer's
    link made one, gives any number of them; a phone has one at a time."""
    name, day = _name(agency), local_today().isoformat()
    if kiosk.opened(agency):
        return kiosk.mark(redirect(url_for("counter.take_number", agency=agency)), agency)
    machine = kiosk.here(agency)
    mine = None if machine else _waiting_number(agency, kiosk.held(agency, day))
    if request.method == "GET" or mine:
        return _take_page(agency, name, mine)
    secret = current_app.config["SECRET_KEY"]
    source = "" if machine else tickets.source_of(request.remote_addr or "", secret=secret, now=now())
    number = tickets.take(db.session, agency, field=request.form.get("field", ""), source=source, now=now())
    if isinstance(number, Rejected):
        return _take_page(agency, name, refused=number), http_status(number.code)
    if not machine:
        kiosk.hold(agency, day, number)
    return redirect(url_for("counter.number", agency=agency, day=day, number=number))


def _waiting_number(agency: str, number: int | None) -> int | None:
    """The number, while it waits or is served."""
    found = tickets.one(db.session, agency, local_today(), number) if number else None
    return number if found and found["ended_at"] is None else None


def _take_page(agency: str, name: str, mine: int | None = None, refused: Rejected | None = None):
    return render_template(
        "counter/take.html",
        name=name,
        agency=agency,
        day=local_today().isoformat(),
        fields=tickets.fields(db.session, agency, now=now()),
        mine=mine,
        refused=refused,
    )


@blueprint.get("/so/<agency>/<day>/<int:number>")
@public
def number(agency: str, day: str, number: int):
    """One number: how many are ahead, whether it was called. Says nothing of any person."""
    name = _name(agency)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        abort(404)
    found = tickets.one(db.session, agency, on, number)
    if found is None:
        abort(404)
    address = url_for("counter.number", agency=agency, day=day, number=number)
    base = current_app.config["SETTINGS"].public_url
    page = render_template(
        "counter/number.html",
        name=name,
        agency=agency,
        ticket=found,
        qr=_qr(f"{base}{address}"),
        figures=tickets.figures(db.session, agency, on),
        waited=_minutes(found["taken_at"], found["called_at"]),
        served=_minutes(found["called_at"], found["ended_at"]),
    )
    return page, 200, {} if found["ended_at"] else {"Refresh": "20"}


@blueprint.get("/man-hinh/<agency>")
@public
def screen(agency: str):
    """What the waiting room sees: numbers called, how many wait. Renews itself every ten seconds."""
    name = _name(agency)
    queued = tickets.waiting(db.session, agency, now=now())
    page = render_template(
        "counter/screen.html",
        name=name,
        called=tickets.serving(db.session, agency, now=now())[:6],
        next=[one["number"] for one in queued[:5]],
        waiting=len(queued),
        figures=tickets.figures(db.session, agency, local_today()),
    )
    return page, 200, {"Refresh": "10"}


def _qr(address: str) -> Markup:
    """As large as its place, however long the address."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, border=2))  # noqa: S704 (drawn by segno from our own address)


def _name(agency: str) -> str:
    name = people.agency_names(db.session).get(agency)
    if name is None:
        abort(404)
    return name


def _minutes(since: datetime | None, until: datetime | None) -> int | None:
    return int((until - since).total_seconds() // 60) if since and until else None
