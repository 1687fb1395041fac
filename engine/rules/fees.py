"""Fees as the answers make them: set when they can be computed, set anew when an answer changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import feel
from engine import events as e
from engine import scope
from engine.commands import ExemptFee, TakeBackExemption
from engine.definition import Definition, Fee, Step
from engine.facts import Facts
from engine.rejection import Rejected
from engine.rules.draft import Draft
from engine.state import Document, State

NOTHING_DUE = Rejected(
    "nothing_due", "Khoản thu này không còn phải nộp.", "Expected a fee that is due, but nothing is."
)

NOT_EXEMPTED = Rejected(
    "not_exempted", "Khoản thu này không được ghi nhận miễn.", "Expected a fee that was exempted."
)


@dataclass(frozen=True)
class Charge:
    """One fee as it stands. `amount_vnd` None: not yet known. `rule`: how it is counted, in words."""

    fee: Fee
    amount_vnd: int | None
    rule: str
    rule_en: str
    paid_vnd: int = 0
    exempt: bool = False
    closed: bool = False  # the dossier ended: what was not paid is not asked for any more

    @property
    def due_vnd(self) -> int:
        return 0 if self.closed else max((self.amount_vnd or 0) - self.paid_vnd, 0)


def settle(draft: Draft) -> None:
    """Record each fee whose amount became known or changed; what cannot be computed yet waits for more answers."""
    names = draft.scope() if draft.definition.fees else {}
    for fee in draft.definition.fees:
        if fee.code in draft.state.exempt:
            continue
        amount = _charge(draft.definition, fee, names, draft.now).amount_vnd
        if amount is not None and amount != draft.state.fees.get(fee.code):
            draft.record(e.FeeSet(fee.code, amount, fee.when))


def charges(
    definition: Definition, state: State, document: Document, facts: Facts, now: datetime
) -> tuple[Charge, ...]:
    """Every fee of the procedure with its rule in words: what was recorded, else what these answers come to."""
    names = scope.values(state, document, facts, now)
    found = []
    for fee in definition.fees:
        one = _charge(definition, fee, names, now)
        amount = state.fees.get(fee.code, one.amount_vnd)
        found.append(
            Charge(
                fee,
                amount,
                one.rule,
                one.rule_en,
                paid_vnd(state, fee.code),
                fee.code in state.exempt,
                state.closed,
            )
        )
    return tuple(found)


def paid_vnd(state: State, code: str) -> int:
    """How much of a fee has been paid and not paid back."""
    return sum(payment.fees.get(code, 0) for payment in state.payments.values())


def due(state: State) -> dict[str, int]:
    """Đồng still to pay by fee code; what is paid or free is not in it, and a dossier that ended owes nothing."""
    if state.closed:
        return {}
    left = {code: amount - paid_vnd(state, code) for code, amount in state.fees.items()}
    return {code: amount for code, amount in left.items() if amount > 0}


def unpaid(state: State) -> Rejected | None:
    """Rejects what may only be done once every fee is paid."""
    owed = sum(due(state).values())
    if not owed:
        return None
    return Rejected(
        "fee_unpaid",
        f"Hồ sơ còn phải nộp {_dotted(owed)} đồng phí, lệ phí.",
        f"Expected all fees to be paid, but {owed} VND are due.",
    )


def holding(definition: Definition, state: State, step: Step) -> Rejected | None:
    """Rejects a step that waits for money: no result goes back while a fee is due, and nothing is received while one
    is due that the procedure takes before (dialect, `[[fees]].holds`).

    Fees are taken at reception, with a supplement or with the result (`when`): at the latest before the result goes out.
    """
    owed = due(state)
    if step.kind == "receive":
        early = {fee.code for fee in definition.fees if fee.holds == "reception"}
        owed = {code: amount for code, amount in owed.items() if code in early}
    elif step.kind != "return_result":
        return None
    if not owed:
        return None
    names = {fee.code: fee.name for fee in definition.fees}
    listed = "; ".join(f"{names.get(code, code)}: {_dotted(amount)} đồng" for code, amount in owed.items())
    total = sum(owed.values())
    received = step.kind == "receive"
    return Rejected(
        "fee_unpaid",
        f"Hồ sơ còn phải nộp {_dotted(total)} đồng ({listed}). Thu tiền, hoặc ghi nhận miễn, trước khi "
        f"{'tiếp nhận' if received else 'trả kết quả'}.",
        f"Expected all fees to be paid or exempted before {'reception' if received else 'the result is returned'}, "
        f"but {total} VND are due.",
    )


def exempt(draft: Draft, command: ExemptFee) -> Rejected | None:
    """A fee that is due is not taken, with the reason on record; what was paid of it goes back by an order of its own."""
    fee = next((one for one in draft.definition.fees if one.code == command.code), None)
    if fee is None or fee.code not in due(draft.state):
        return NOTHING_DUE
    draft.record(e.FeeExempted(fee.code, draft.by.id, draft.at, draft.words(command.reason)))
    draft.record(e.FeeSet(fee.code, 0, fee.when))
    return None


def take_back(draft: Draft, command: TakeBackExemption) -> Rejected | None:
    """An exempted fee is due again as its rule gives it, with the reason on record; the applicant is told."""
    if command.code not in draft.state.exempt:
        return NOT_EXEMPTED
    draft.record(e.ExemptionTakenBack(command.code, draft.by.id, draft.at, draft.words(command.reason)))
    settle(draft)
    if command.code in due(draft.state):
        draft.tell("fee_due")
    return None


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _charge(definition: Definition, fee: Fee, names: Mapping[str, object], now: datetime) -> Charge:
    """The fee by its formula or table: an amount, or a context with the amount and the rule that gave it."""
    try:
        if fee.decision:
            found = definition.decide_table(fee.decision, names, now)
        else:
            found = fee.amount.of_scope(names)
    except (feel.FeelError, LookupError):
        found = None
    if not isinstance(found, Mapping):
        return Charge(fee, _vnd(found), fee.rule, fee.rule_en)
    rule, rule_en = (str(found.get(key) or "") for key in ("rule", "rule_en"))
    return Charge(fee, _vnd(found.get("amount_vnd")), rule or fee.rule, rule_en or fee.rule_en)


def _vnd(found: object) -> int | None:
    """Whole đồng, or None where the formula gives no amount."""
    if isinstance(found, str):
        return int(found) if found.isascii() and found.isdigit() else None
    if isinstance(found, bool) or not isinstance(found, int | Decimal) or found < 0 or found != int(found):
        return None
    return int(found)
