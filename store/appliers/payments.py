"""Money on record: one row a payment, with what became of it."""

from __future__ import annotations

from engine import events
from store import tables
from store.appliers.applied import Applied, moment
from store.changes import Changes


def fee_paid(event: events.FeePaid, applied: Applied, changes: Changes) -> None:
    row: dict[str, object] = {
        "dossier_id": applied.dossier_id,
        "reference": event.reference,
        "amount_vnd": event.amount_vnd,
        "surplus_vnd": event.surplus_vnd,
        "fees": dict(event.fees),
        "method": event.method,
        "receipt": event.receipt,
        "gateway_reference": event.gateway_reference,
        "payer_digest": event.payer_digest,
        "paid_at": moment(event.at),
        "paid_by": applied.by,
    }
    changes.add(tables.fee_payment, row)


def refund_ordered(event: events.RefundOrdered, applied: Applied, changes: Changes) -> None:
    values = {"refund_vnd": event.amount_vnd, "refund_ordered_at": moment(event.at), "refunded_at": None}
    changes.alter(tables.fee_payment, _payment(event.reference, applied), **values)


def fee_refunded(event: events.FeeRefunded, applied: Applied, changes: Changes) -> None:
    done = {"refunded_at": moment(event.at)}
    if applied.state.payments[
        event.reference
    ].fees:  # its fees are still paid: what went back was beyond them
        done["surplus_refunded_at"] = moment(event.at)
    changes.alter(tables.fee_payment, _payment(event.reference, applied), **done)


def _payment(reference: str, applied: Applied) -> dict[str, object]:
    return {"dossier_id": applied.dossier_id, "reference": reference}
