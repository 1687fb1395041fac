"""Paying a dossier's fees online: off to the gateway, back again, what became of it, the receipt."""

from __future__ import annotations

import io

from flask import abort, current_app, g, redirect, render_template, request, send_file, url_for

from assembly.clock import now
from assembly.partners import payment_gateway
from casework import bills, looks, payments, tracking
from engine.actor import Actor
from engine.rejection import Rejected
from national.ports import PaymentGateway
from store.db import db
from store.queries import dossiers as rows
from store.queries import payments as paid
from web.citizen import blueprint
from web.errors import refusal
from web.gated import public, signed_in


@blueprint.post("/ho-so/<code>/thanh-toan")
@signed_in
def pay(code: str):
    """To the gateway with all that is due."""
    return _to_gateway(code, g.actor, back=url_for("citizen.dossier", code=code))


@blueprint.post("/tra-cuu/thanh-toan")
@public
def pay_tracked():
    """The same for whoever holds the code and the secret: anybody may pay for another."""
    code, secret = request.form.get("code", "").strip().upper(), request.form.get("secret", "").strip()
    found = tracking.track(db.session, code, secret, now=now(), address=request.remote_addr or "")
    if isinstance(found, Rejected):
        return refusal(found, back=url_for("citizen.track"))
    return _to_gateway(code, None, back=url_for("citizen.track", code=code))


@blueprint.get("/thanh-toan/<reference>")
@public
def payment(reference: str):
    """What became of a payment. Nobody guesses a reference; the page tells an amount and a code, no name."""
    row = paid.of_reference(db.session, reference)
    if row is None:
        abort(404)
    if "code" in request.args:  # back from the gateway, whose notice may still be on its way
        payments.hurry(db.session, reference, now=now())
    mine = g.actor is not None and not isinstance(
        rows.one(db.session, g.actor, row["dossier"], now=now()), Rejected
    )
    again = row["state"] in ("failed", "expired")
    owed = paid.owed(db.session, [row["dossier"]]).get(row["dossier"], 0) if again else 0
    page = "money/_payment.html" if "HX-Request" in request.headers else "money/payment.html"
    return render_template(page, payment=row, mine=mine, owed=owed)


@blueprint.post("/thanh-toan/<reference>")
@public
def pay_again(reference: str):
    """Once more for all that is due, where this payment came to nothing: whoever reads its page may, with an account or not."""
    row = paid.of_reference(db.session, reference)
    if row is None:
        abort(404)
    return _to_gateway(row["dossier"], None, back=url_for("citizen.payment", reference=reference))


@blueprint.get("/ho-so/<code>/bien-lai/<reference>")
@signed_in
def payment_receipt(code: str, reference: str):
    """The receipt as PDF, for the applicant and for officers who see the dossier in full."""
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, f"receipt/{reference}"[:100], [code], now=now())
    content = bills.receipt(db.session, row, reference, now=now())
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("citizen.dossier", code=code))
    return send_file(
        io.BytesIO(content), mimetype="application/pdf", download_name=f"bien-lai-{reference}.pdf"
    )


def gateway() -> PaymentGateway | None:
    return payment_gateway(current_app.config["SETTINGS"])


def _to_gateway(code: str, payer: Actor | None, *, back: str):
    """With all that a dossier owes, or back with the reason why not."""
    public_url = current_app.config["SETTINGS"].public_url
    begun = payments.begin(db.session, gateway(), code, payer=payer, public_url=public_url, now=now())
    if isinstance(begun, Rejected):
        return refusal(begun, back=back)
    return redirect(begun.pay_url, 303)
