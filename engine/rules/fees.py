"""Fees as the answers make them: set when they can be computed, set anew when an answer changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import feel
from engine import events as e
from engine import scope
from engine.definition import Definition, Fee
from engine.facts import Facts
from engine.rejection import Rejected
from engine.rules.draft import Draft
from engine.state import Document, State


@dataclass(frozen=True)
class Charge:
    """One fee as it stands. `amount_vnd` None: not yet known. `rule`: how it is counted, in words."""

    fee: Fee
    amount_vnd: int | None
    rule: str
    rule_en: str
    paid_vnd: int = 0

    @property
    def due_vnd(self) -> int:
        return max((self.amount_vnd or 0) - self.paid_vnd, 0)


def settle(draft: Draft) -> None:
    """Record each fee whose amount became known or changed; what cannot be computed yet waits for more answers."""
    names = draft.scope() if draft.definition.fees else {}
    for fee in draft.definition.fees:
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
        found.append(Charge(fee, amount, one.rule, one.rule_en, paid_vnd(state, fee.code)))
    return tuple(found)


def paid_vnd(state: State, code: str) -> int:
    """How much of a fee has been paid and not paid back."""
    return sum(payment.fees.get(code, 0) for payment in state.payments.values())


def due(state: State) -> dict[str, int]:
    """Đồng still to pay by fee code; what is paid or free is not in it."""
    left = {code: amount - paid_vnd(state, code) for code, amount in state.fees.items()}
    return {code: amount for code, amount in left.items() if amount > 0}


def unpaid(state: State) -> Rejected | None:
    """Rejects what may only be done once every fee is paid."""
    owed = sum(due(state).values())
    if not owed:
        return None
    return Rejected(
        "fee_unpaid",
        f"Hồ sơ còn phải nộp {owed:,} đồng phí, lệ phí.".replace(",", "."),
        f"Expected all fees to be paid, but {owed} VND are due.",
    )


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
