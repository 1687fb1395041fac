"""What a dossier costs and what was paid of it, with the rule of each fee in words; and the receipt of a payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import amounts, definitions, reference
from casework.papers import PaperFailed, render_own
from engine.definition import Definition
from engine.local import LOCAL
from engine.rejection import Rejected
from engine.rules import fees
from engine.rules.fees import Charge
from engine.state import Document, State
from store import load
from store.queries import payments

METHODS = {"online": "Trực tuyến", "cash": "Tiền mặt", "transfer": "Chuyển khoản"}
NO_RECEIPT = Rejected("no_payment", "Không có biên lai này.", "There is no such receipt.")


@dataclass(frozen=True)
class Bill:
    """`charges` of nothing are fees that do not apply (exempt, or not asked for). Each payment has its `refunds`."""

    charges: Sequence[Charge]
    payments: Sequence[Mapping[str, Any]]
    under_way: Mapping[str, Any] | None = None  # at the gateway, without a final word yet

    @property
    def due_vnd(self) -> int:
        return sum(charge.due_vnd for charge in self.charges)

    @property
    def paid_vnd(self) -> int:
        return sum(charge.paid_vnd for charge in self.charges)


@dataclass(frozen=True)
class Refund:
    """Money of one payment that goes back; `refunded_at` None: on its way."""

    amount_vnd: int
    refunded_at: datetime | None


def of_dossier(session: Session, row: Mapping[str, Any], *, now: datetime) -> Bill:
    """The bill of a dossier (`row` of store.queries.dossiers.one or track)."""
    found = load.present(session, row["code"])
    assert found is not None
    state, document = found
    definition = definitions.get(session, row["procedure"]["code"], row["procedure"]["version"])
    if not definition.fees and not state.payments:
        return Bill((), ())
    facts = reference.load(session, now).facts
    paid = [one | {"refunds": _refunds(one)} for one in payments.of_dossier(session, row["id"])]
    bill = Bill(fees.charges(definition, state, document, facts, now), paid)
    return replace(bill, under_way=payments.under_way(session, row["id"])) if bill.due_vnd else bill


def of_answers(
    session: Session, code: str, answers: Mapping[str, Mapping[str, object]], *, now: datetime
) -> int:
    """Đồng that the fees of this dossier would come to, had these answers been declared instead."""
    found = load.present(session, code)
    assert found is not None
    state, document = replace(found[0], fees={}), replace(found[1], answers=answers)
    definition = definitions.get(session, state.procedure_code, state.procedure_version)
    facts = reference.load(session, now).facts
    return sum(one.amount_vnd or 0 for one in fees.charges(definition, state, document, facts, now))


def quote(
    session: Session,
    definition: Definition,
    agency: str,
    answers: Mapping[str, Mapping[str, object]],
    *,
    channel: str,
    now: datetime,
) -> Sequence[Charge]:
    """What filing these answers would cost, before anything is filed."""
    if not definition.fees:
        return ()
    state = State(
        procedure_code=definition.code,
        procedure_version=definition.version,
        agency=agency,
        channel=channel,
        status="submitted",
        submitted_at=now.isoformat(),
    )
    return fees.charges(definition, state, Document(answers=answers), reference.load(session, now).facts, now)


def receipt(session: Session, row: Mapping[str, Any], payment: str, *, now: datetime) -> bytes | Rejected:
    """The PDF of one payment's receipt (`row` of store.queries.dossiers.one, whose reader may see the applicant)."""
    bill = of_dossier(session, row, now=now)
    paid = next((one for one in bill.payments if one["reference"] == payment), None)
    if paid is None or row["applicant"] is None:
        return NO_RECEIPT
    names = {charge.fee.code: charge.fee for charge in bill.charges}
    at = paid["paid_at"].astimezone(LOCAL)
    went_back = sum(back.amount_vnd for back in paid["refunds"] if back.refunded_at)
    data = {
        "number": paid["receipt"],
        "agency": {"name": row["agency"]["name"]},
        "dossier": {"code": row["code"], "procedure": row["procedure"]["name"]},
        "applicant": row["applicant"],
        "payer": paid["payer"] or (row.get("payer") or row["applicant"])["name"],
        "lines": [
            {
                "name": names[code].name if code in names else code,
                "kind": "Lệ phí" if code in names and names[code].kind == "le_phi" else "Phí",
                "amount": vnd(amount),
            }
            for code, amount in paid["fees"].items()
        ],
        "surplus": vnd(paid["surplus_vnd"]) if paid["surplus_vnd"] else "",
        "total": vnd(paid["amount_vnd"]),
        "words": amounts.in_words(paid["amount_vnd"]),
        "method": METHODS[paid["method"]],
        "reference": paid["reference"],
        "gateway_reference": paid["gateway_reference"],
        "date": at.strftime("%Y-%m-%d"),
        "at": at.strftime("%Y-%m-%dT%H:%M"),
        "refunded": vnd(went_back) if went_back else "",
    }
    try:
        return render_own("bien_lai", data)
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được biên lai: {failed.sentence}", failed.sentence)


def vnd(amount: int) -> str:
    """37500 → 37.500"""
    return f"{amount:,}".replace(",", ".")


def _refunds(paid: Mapping[str, Any]) -> tuple[Refund, ...]:
    """What went back of one payment, and what is on its way: the surplus alone, all of it, or one after the other."""
    if not paid["refund_ordered_at"]:
        return ()
    last = Refund(paid["refund_vnd"], paid["refunded_at"])
    before = paid["surplus_refunded_at"]
    if before is None or before == last.refunded_at:
        return (last,)
    return (Refund(paid["surplus_vnd"], before), last)
