"""Payments: money that came in settles fees once, what is too much goes back, a paid `pay` step is done by it."""

from __future__ import annotations

from engine import events as e
from engine.commands import FinishRefund, OrderRefund, PayFees
from engine.rejection import Rejected
from engine.rules import answering, course, fees, standing, tasks
from engine.rules.draft import Draft
from engine.state import Payment, Task

RECORDED = Rejected(
    "payment_recorded",
    "Giao dịch này đã được ghi nhận.",
    "Expected a new payment, but this reference is on record.",
)
NO_PAYMENT = Rejected(
    "no_payment",
    "Hồ sơ không có giao dịch này, hoặc đã hoàn tiền xong.",
    "Expected a payment of this dossier that has not been paid back.",
)
REFUND_ORDERED = Rejected(
    "refund_ordered", "Giao dịch này đang được hoàn tiền.", "This payment is being paid back."
)
PAID_ALREADY = Rejected(
    "nothing_due",
    "Hồ sơ không còn khoản nào phải nộp: có thể người khác vừa thu, hoặc người nộp vừa trả trực tuyến.",
    "Expected a dossier with fees due, but everything is paid or exempted.",
)


def pay(draft: Draft, command: PayFees) -> Rejected | None:
    """Record money by its reference, once. What no fee asks for is ordered back in the same breath."""
    state = draft.state
    if command.reference in state.payments:
        return RECORDED
    shares, left = {}, command.amount_vnd
    for code, owed in fees.due(state).items():
        if part := min(owed, left):
            shares[code] = part
            left -= part
    if not shares and command.method != "online" and command.amount_vnd > 0:
        return PAID_ALREADY
    if command.amount_vnd <= 0 or (left and command.method != "online"):
        owed = command.amount_vnd - left
        return Rejected(
            "amount_wrong",
            f"Số tiền phải lớn hơn 0 và không quá {owed:,} đồng còn phải nộp.".replace(",", "."),
            f"Expected an amount above 0 and of at most the {owed} VND that are due.",
        )
    draft.record(
        e.FeePaid(
            command.reference,
            command.amount_vnd,
            command.method,
            draft.at,
            shares,
            left,
            command.receipt,
            command.gateway_reference,
            draft.words(command.payer),
        )
    )
    draft.tell("paid")
    if left:
        draft.record(e.RefundOrdered(command.reference, left, command.method, "surplus", draft.at))
    return None


def order_refund(draft: Draft, command: OrderRefund) -> Rejected | None:
    """Pay a payment back: through the gateway if it came that way, else it was handed back over the counter."""
    payment = draft.state.payments.get(command.reference)
    if payment is None or not _left(payment):
        return NO_PAYMENT
    if payment.going_back:
        return REFUND_ORDERED
    reason = draft.words(command.reason)
    amount, method = _left(payment), payment.method
    draft.record(e.RefundOrdered(command.reference, amount, method, "decision", draft.at, reason))  # type: ignore[arg-type]
    if method != "online":
        draft.record(e.FeeRefunded(command.reference, amount, draft.at))
    draft.tell("refunded" if method != "online" else "refund_ordered")
    return None


def finish_refund(draft: Draft, command: FinishRefund) -> Rejected | None:
    """The gateway says that the money went back. A repeat finds nothing going back."""
    payment = draft.state.payments.get(command.reference)
    if payment is None or not payment.going_back:
        return NO_PAYMENT
    draft.record(e.FeeRefunded(command.reference, payment.going_back, draft.at, command.gateway_reference))
    draft.tell("refunded")
    standing.give_back(draft)
    return None


def pass_paid_steps(draft: Draft) -> None:
    """Where all fees are known and none is due, a waiting `pay` step is done, be it paid, exempt or free.

    Called after every command. A diagram that comes back to the same step within one command finds it waiting.
    """
    seen: set[str] = set()
    while task := _waiting(draft, seen):
        seen.add(task.element_id)
        step = draft.definition.steps[task.element_id]
        answers = answering.checked(draft, step.form, {})
        if isinstance(answers, Rejected):
            return  # its form asks something of the applicant
        outcome = next((one for one in step.outcomes if tasks.takes_effect(step, one.code)), tasks.DONE)
        digest = draft.record_answers(step.form, answers, step.element_id) if step.form else None
        if tasks.end(draft, task, outcome, digest) is not None:
            return


def _waiting(draft: Draft, seen: set[str]) -> Task | None:
    state, definition = draft.state, draft.definition
    if not definition.fees or state.closed or state.stopped_from is not None or fees.due(state):
        return None
    if any(fee.code not in state.fees for fee in definition.fees):
        return None
    live = state.tasks.values()
    return next(
        (
            one
            for one in live
            if one.kind == "pay" and one.role == course.APPLICANT and one.element_id not in seen
        ),
        None,
    )


def _left(payment: Payment) -> int:
    return sum(payment.fees.values()) + payment.surplus_vnd
