"""`decide`: one command on one dossier → what happened, or why not. Pure: no clock, no database, no network.

RULES is the table of contents: each kind of command has one function in `engine/rules/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import commands as c
from engine.decision import Decision
from engine.definition import Definition
from engine.facts import Facts
from engine.rejection import Rejected
from engine.rules import (
    colleagues,
    components,
    conversation,
    fees,
    handover,
    incident,
    intake,
    migration,
    movement,
    opinions,
    partners,
    payments,
    promise,
    result,
    standing,
    supplement,
    suspend,
    tasks,
    timers,
    withdraw,
    words,
)
from engine.rules.draft import Draft
from engine.state import Document, State

Rule = Callable[[Draft, Any], Rejected | None]

RULES: Mapping[type[c.Command], Rule] = {
    c.SubmitDossier: intake.submit,
    c.AmendAnswers: intake.amend,
    c.RecordPapers: components.record,
    c.ClaimTask: tasks.claim,
    c.ReleaseTask: tasks.release,
    c.AssignTask: tasks.assign,
    c.CompleteTask: tasks.complete,
    c.RefuseHandOver: handover.refuse,
    c.RerouteTask: handover.reroute,
    c.RecallTask: movement.recall,
    c.ReturnTask: movement.return_,
    c.AskOpinion: opinions.ask,
    c.GiveOpinion: opinions.give,
    c.CancelOpinion: opinions.cancel,
    c.DelegateTask: colleagues.delegate,
    c.PassOnTask: colleagues.pass_on,
    c.HandBackTask: colleagues.hand_back,
    c.WriteNote: colleagues.note,
    c.WithdrawDossier: withdraw.withdraw,
    c.StopDossier: suspend.stop,
    c.ResumeDossier: suspend.resume,
    c.ExtendDeadline: promise.extend,
    c.Apologise: promise.apologise,
    c.AllowSupplement: supplement.allow,
    c.FireTimer: timers.fire,
    c.DeliverMessage: partners.deliver,
    c.FinishJob: partners.finish,
    c.FailJob: partners.fail,
    c.RepairIncident: incident.repair,
    c.MigrateDossier: migration.migrate,
    c.PostToConversation: conversation.post,
    c.PayFees: payments.pay,
    c.ExemptFee: fees.exempt,
    c.TakeBackExemption: fees.take_back,
    c.OrderRefund: payments.order_refund,
    c.FinishRefund: payments.finish_refund,
    c.RevokeResult: result.revoke,
}

WHILE_STOPPED = frozenset(
    {
        c.WriteNote,
        c.WithdrawDossier,
        c.ResumeDossier,
        c.Apologise,
        c.DeliverMessage,
        c.FinishJob,
        c.FailJob,
        c.RepairIncident,
        c.PostToConversation,
        c.PayFees,
        c.OrderRefund,
        c.FinishRefund,
        c.RevokeResult,
    }
)
"""What may happen to a stopped dossier: others' answers are not turned away, people's work is."""

WHEN_CLOSED = frozenset({c.PayFees, c.OrderRefund, c.FinishRefund, c.RevokeResult})
"""Money may arrive late and go back long after, and a result be revoked: the record takes it."""


def decide(
    definition: Definition, state: State, document: Document, facts: Facts, command: c.Command, now: datetime
) -> Decision | Rejected:
    """What `command`, given at the aware moment `now`, comes to.

    `state` is `State()` for a submission, else the dossier's; `document` its data as the gate loaded it by digest.
    Never raises for what people, partners or the clock may do; a rejection changes nothing.
    """
    if refused := _barred(state, command) or words.unsaid(command):
        return refused
    draft = Draft(definition, state, document, facts, command.by, now)
    if instead := colleagues.acted_instead(state, command):
        draft.record(instead)
    refused = RULES[type(command)](draft, command)
    if refused is not None:
        return refused
    payments.pass_paid_steps(draft)
    opinions.settle(draft)
    standing.settle(draft)
    return draft.decision()


def _barred(state: State, command: c.Command) -> Rejected | None:
    """What the dossier as a whole forbids."""
    kind = type(command)
    if (kind is c.SubmitDossier) != (not state.dossier_code):
        return Rejected("unknown_dossier", "Không có hồ sơ này.", "Expected a dossier that exists.")
    if state.closed and kind not in WHEN_CLOSED:
        return (
            CLOSED[kind]
            if kind in CLOSED
            else Rejected(
                "dossier_closed",
                "Hồ sơ đã kết thúc, không thao tác được nữa.",
                "Expected an open dossier, but it is closed.",
            )
        )
    if state.stopped_from is not None and kind not in WHILE_STOPPED:
        return Rejected(
            "dossier_stopped",
            "Hồ sơ đang tạm dừng giải quyết; phải tiếp tục giải quyết trước.",
            "Expected a dossier in progress, but it is stopped.",
        )
    if (
        state.incident is not None
        and state.incident[1] == "endless_loop"
        and kind in (c.FireTimer, c.FinishJob)
    ):
        return Rejected(
            "incident",
            "Hồ sơ đang có sự cố chờ quản trị viên xử lý.",
            "Expected a dossier without an incident; an admin must repair it.",
        )
    return None


CLOSED: Mapping[type[c.Command], Rejected] = {
    c.FireTimer: timers.NO_TIMER,
    c.FinishJob: partners.NO_JOB,
    c.FailJob: partners.NO_JOB,
}
