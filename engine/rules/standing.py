"""Where the dossier stands: its status follows from the steps that wait, its end from the end event."""

from __future__ import annotations

from engine import events as e
from engine.events import Status
from engine.rules import clock
from engine.rules.draft import Draft
from engine.state import OPINION
from engine.step_kinds import END_STATUS, KINDS

WAITING = {"supplement": "waiting_supplement", "financial": "waiting_payment"}  # sub-status before reception


def settle(draft: Draft) -> None:
    """Status and clock after a command, as the live tasks demand. Called once, when all else has happened."""
    if not draft.state.closed and draft.state.stopped_from is None:
        status, sub_status = of_tasks(draft)
        change(draft, status, sub_status)
    clock.settle(draft)


def of_tasks(draft: Draft) -> tuple[Status | str, str]:
    """Status and sub-status by the live tasks: waiting for the applicant outweighs work, work outweighs nothing."""
    state = draft.state
    effects = {KINDS[task.kind].effect for task in state.tasks.values() if task.kind != OPINION}
    was = state.status if state.stopped_from is None else state.stopped_from
    if state.received_at is None:
        return was, next((sub for effect, sub in WAITING.items() if effect in effects), "")
    for effect in ("supplement", "financial", "resolved"):
        if effect in effects:
            return effect, ""
    if "processing" in effects or was in ("supplement", "financial"):
        return "processing", ""
    if was == "resolved" and state.tasks:
        return "processing", ""
    return was, ""


def change(draft: Draft, status: str, sub_status: str = "", reason: str = "") -> None:
    """Record a status that differs from the present one."""
    if (status, sub_status) != (draft.state.status, draft.state.sub_status):
        draft.record(e.StatusChanged(status, sub_status, draft.words(reason)))  # type: ignore[arg-type]


def close(draft: Draft, end_kind: str, reason: str = "") -> None:
    """The dossier is over, by its diagram or by withdrawal."""
    if end_kind in ("refused", "not_received"):
        draft.issue("03")
    change(draft, END_STATUS[end_kind], "", reason)
    draft.record(e.DossierClosed(end_kind, draft.at))
    draft.tell(end_kind)
    give_back(draft)


def give_back(draft: Draft) -> None:
    """Ended with nobody having worked for the money: what was paid online goes back by itself, cash where it was handed in.

    Called at the end, and whenever money went back: a surplus on its way holds up the rest of its payment.
    """
    if not draft.state.closed or draft.state.received_at is not None:
        return
    for reference, payment in draft.state.payments.items():
        amount = sum(payment.fees.values()) + payment.surplus_vnd
        if amount and payment.method == "online" and not payment.going_back:
            draft.record(e.RefundOrdered(reference, amount, "online", "not_received", draft.at))
            draft.tell("refund_ordered")
