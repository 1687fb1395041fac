"""Fees as the answers make them: set when they can be computed, set anew when an answer changes them."""

from __future__ import annotations

from decimal import Decimal

import feel
from engine import events as e
from engine.definition import Fee
from engine.rules.draft import Draft


def settle(draft: Draft) -> None:
    """Record each fee whose amount became known or changed; what cannot be computed yet waits for more answers."""
    names = draft.scope() if draft.definition.fees else {}
    for fee in draft.definition.fees:
        amount = amount_vnd(fee, names)
        if amount is not None and amount != draft.state.fees.get(fee.code):
            draft.record(e.FeeSet(fee.code, amount, fee.when))


def amount_vnd(fee: Fee, names: dict[str, object]) -> int | None:
    """The amount in whole đồng, or None if the formula gives no amount yet."""
    try:
        found = fee.amount.of_scope(names)
    except feel.FeelError:
        return None
    if isinstance(found, str):
        return int(found) if found.isascii() and found.isdigit() else None
    if isinstance(found, bool) or not isinstance(found, int | Decimal) or found < 0 or found != int(found):
        return None
    return int(found)
