"""Shapes of answers: fees and payments."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import flag, maybe, maybe_moment, moment, some, text, whole


class FeeDue(Schema):
    code = text()
    name = text()
    amount_vnd = whole()
    when = whole()
    paid = flag()


class Charge(Schema):
    """One fee as it stands."""

    code = text()
    name = text()
    kind = text(description="phi or le_phi")
    amount_vnd = maybe(fields.Integer, description="null: not known yet")
    paid_vnd = whole()
    due_vnd = whole()
    when = whole(description="1 at reception, 2 with a supplement, 4 with the result")
    holds = text(description="result or reception: what is not done while it is unpaid")
    exempt = flag()
    rule = text()
    rule_en = text()


class PaymentMade(Schema):
    reference = text()
    amount_vnd = whole()
    surplus_vnd = whole()
    method = text(description="online, cash or transfer")
    receipt = text()
    paid_at = moment()
    refund_vnd = maybe(
        fields.Integer,
        description="the last refund; the surplus may have gone back before it (surplus_refunded_at)",
    )
    refund_ordered_at = maybe_moment()
    refunded_at = maybe_moment()
    surplus_refunded_at = maybe_moment()


class Bill(Schema):
    due_vnd = whole()
    paid_vnd = whole()
    charges = some(Charge)
    payments = some(PaymentMade)


class PaymentBegun(Schema):
    reference = text()
    amount_vnd = whole()
    pay_url = text(description="where the payer goes")
    expires_at = moment()


class PaymentState(Schema):
    reference = text()
    dossier = text()
    amount_vnd = whole()
    state = text(description="created, waiting, paid, failed or expired")
    expires_at = moment()
    receipt = maybe(fields.String)
    paid_at = maybe_moment()


class PaymentNoticed(Schema):
    code = text(
        description="00 recorded, 01 unknown, 02 recorded before, 04 other amount, 97 checksum, 99 again"
    )
    reference = text()


class Taken(Schema):
    taken = flag()
