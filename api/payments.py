"""Fees of a dossier: what is due and was paid, online at the gateway, over the counter, exempted, paid back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from assembly.partners import payment_gateway
from casework import bills, gate, looks, payments
from casework.bills import NO_RECEIPT
from engine.commands import Command, ExemptFee, OrderRefund, TakeBackExemption
from engine.rules.fees import Charge
from store.db import db
from store.queries import dossiers
from store.queries import payments as rows

blueprint = Blueprint("payments", __name__, description="Fees and payments")


@blueprint.route("/dossiers/<code>/payments", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Bill)
def bill(code: str):
    """What the dossier costs by which rule, what was paid of it; payments only for who sees the dossier in full."""
    found = _bill(code)
    looks.record(db.session, actor(), "api/payments", [code], now=now())
    return answers.json(found)


@blueprint.route("/dossiers/<code>/payments", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Payment)
@blueprint.response(201, shapes.Bill)
def take(body: dict[str, Any], code: str):
    """Money taken over the counter by the receiving agency; a receipt is numbered."""
    answers.accepted(
        payments.take_cash(
            db.session,
            actor(),
            code,
            body["amount_vnd"],
            body["payer"],
            method=body["method"],
            now=now(),
        )
    )
    return answers.json(_bill(code), 201)


@blueprint.route("/dossiers/<code>/fees/<fee>/exempt", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Ground)
@blueprint.response(200, shapes.Bill)
def exempt(body: dict[str, Any], code: str, fee: str):
    """A fee is not taken, with the paper that says why; by the receiving agency."""
    return _ordered(code, ExemptFee(actor(), fee, body["reason"]))


@blueprint.route("/dossiers/<code>/fees/<fee>/charge", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Ground)
@blueprint.response(200, shapes.Bill)
def charge(body: dict[str, Any], code: str, fee: str):
    """An exemption is taken back, with the reason: the fee is due again; by the receiving agency."""
    return _ordered(code, TakeBackExemption(actor(), fee, body["reason"]))


@blueprint.route("/dossiers/<code>/payments/<reference>/refund", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Ground)
@blueprint.response(200, shapes.Bill)
def refund(body: dict[str, Any], code: str, reference: str):
    """Pay a payment back, by the way it came."""
    return _ordered(code, OrderRefund(actor(), reference, body["reason"]))


@blueprint.route("/dossiers/<code>/payment-sessions", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Nothing)
@blueprint.response(201, shapes.PaymentBegun)
def begin(body: dict[str, Any], code: str):
    """A session at the payment gateway for all that is due, or the one that is open: the payer goes to `pay_url`."""
    answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    settings = current_app.config["SETTINGS"]
    begun = answers.granted(
        payments.begin(
            db.session,
            payment_gateway(settings),
            code,
            payer=actor(),
            public_url=settings.public_url,
            now=now(),
        )
    )
    told = ("reference", "amount_vnd", "pay_url", "expires_at")
    return answers.json({name: getattr(begun, name) for name in told}, 201)


@blueprint.route("/payments/<reference>", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.PaymentState)
def state(reference: str):
    """What became of a payment, for who may see its dossier."""
    row = rows.of_reference(db.session, reference)
    if row is None:
        raise Refusal(NO_RECEIPT)
    answers.granted(dossiers.one(db.session, actor(), row["dossier"], now=now()))
    looks.record(db.session, actor(), "api/payment", [row["dossier"]], now=now())
    told = ("reference", "dossier", "amount_vnd", "state", "expires_at", "receipt", "paid_at")
    return answers.json({name: row[name] for name in told})


def _ordered(code: str, order: Command):
    """The order through the gate, and the bill as it then is."""
    answers.accepted(gate.handle(db.session, code, order, now=now()))
    return answers.json(_bill(code))


def _bill(code: str) -> dict[str, Any]:
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    found = bills.of_dossier(db.session, row, now=now())
    told = ("reference", "amount_vnd", "surplus_vnd", "method", "receipt", "paid_at")
    back = ("refund_vnd", "refund_ordered_at", "refunded_at", "surplus_refunded_at")
    full = row["sight"] != "course"
    return {
        "due_vnd": found.due_vnd,
        "paid_vnd": found.paid_vnd,
        "charges": charges(found.charges, full=full),
        "payments": [{name: one[name] for name in (*told, *back)} for one in found.payments] if full else [],
    }


def charges(found: Sequence[Charge], *, full: bool = True) -> list[dict[str, Any]]:
    """Fees as they stand, with their rules in words for who may know the answers they follow from."""
    return [
        {
            "code": one.fee.code,
            "name": one.fee.name,
            "kind": one.fee.kind,
            "amount_vnd": one.amount_vnd,
            "paid_vnd": one.paid_vnd,
            "due_vnd": one.due_vnd,
            "when": one.fee.when,
            "holds": one.fee.holds,
            "exempt": one.exempt,
            "rule": one.rule if full else "",
            "rule_en": one.rule_en if full else "",
        }
        for one in found
    ]
