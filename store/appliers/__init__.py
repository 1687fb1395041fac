"""Events to rows: one applier an event type. A new event gets its applier here, or stands in TABLE_LESS.

An applier reads the event and what the journal knows of the command (`Applied`), and puts rows into `Changes`;
it reads no database, so that the same appliers rebuild the tables from the log (store/rebuild.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine import events
from engine.events import Event
from store.appliers import colleagues, conversation, dossier, papers, payments, task, waiting
from store.appliers.applied import Applied, Opening
from store.changes import Changes

__all__ = ["APPLIERS", "TABLE_LESS", "Applied", "Opening", "apply"]

APPLIERS: dict[type[Event], Callable[..., None]] = {
    events.DossierSubmitted: dossier.submitted,
    events.AnswersRecorded: dossier.answers_recorded,
    events.StatusChanged: dossier.status_changed,
    events.ClockStarted: dossier.clock_moved,
    events.ClockPaused: dossier.clock_paused,
    events.ClockResumed: dossier.clock_moved,
    events.ClockEnded: dossier.clock_ended,
    events.ClockReopened: dossier.clock_reopened,
    events.ReceptionDueSet: dossier.reception_due_set,
    events.DeadlineExtended: dossier.clock_moved,
    events.Apologised: dossier.apologised,
    events.DossierMigrated: dossier.migrated,
    events.IncidentRaised: dossier.incident_raised,
    events.IncidentCleared: dossier.incident_cleared,
    events.DossierClosed: dossier.closed,
    events.ComponentReceived: papers.component_received,
    events.FeeSet: papers.fee_set,
    events.ConversationPosted: conversation.posted,
    events.FeePaid: payments.fee_paid,
    events.RefundOrdered: payments.refund_ordered,
    events.FeeRefunded: payments.fee_refunded,
    events.PaperIssued: papers.paper_issued,
    events.ResultIssued: papers.result_issued,
    events.ResultInitialled: papers.result_initialled,
    events.ResultRevoked: papers.result_revoked,
    events.SupplementRequested: papers.supplement_requested,
    events.SupplementAnswered: papers.supplement_answered,
    events.TaskOpened: task.opened,
    events.TaskClaimed: task.claimed,
    events.TaskReleased: task.released,
    events.TaskAssigned: task.assigned,
    events.TaskCompleted: task.completed,
    events.TaskCancelled: task.cancelled,
    events.TaskRerouted: task.rerouted,
    events.TaskDueSet: task.due_set,
    events.DossierHandedOver: task.handed_over,
    events.HandOverAccepted: task.hand_over_accepted,
    events.HandOverRefused: task.hand_over_refused,
    events.OpinionAsked: colleagues.opinion_asked,
    events.OpinionGiven: colleagues.opinion_given,
    events.OpinionLapsed: colleagues.opinion_lapsed,
    events.TaskDelegated: colleagues.delegated,
    events.TaskHandedBack: colleagues.handed_back,
    events.NoteWritten: colleagues.note_written,
    events.TimerArmed: waiting.timer_armed,
    events.TimerDisarmed: waiting.timer_gone,
    events.TimerFired: waiting.timer_gone,
    events.MessageAwaited: waiting.message_awaited,
    events.MessageCleared: waiting.message_cleared,
}

# Read from the log where a page wants them; no table answers a question about them.
TABLE_LESS: frozenset[type[Event]] = frozenset(
    {
        events.TaskReturned,  # the tasks it cancelled and opened have rows
        events.ActedInstead,  # the log says for whom; the task's row says who
        events.StepPassed,
        events.DecisionTaken,
        events.JobRequested,  # the outbox row is the work (store/announce.py)
        events.JobFinished,
        events.JobFailed,
        events.JobCancelled,  # a late answer is rejected by the engine
        events.DossierStopped,  # the status and the pause have rows
        events.DossierResumed,
        events.ExemptionTakenBack,
        events.FeeExempted,  # the log shows by whom and why; the FeeSet beside it is what changes
        events.SupplementAllowed,  # the dossier's log shows who allowed it and why
        events.ChildOpened,  # the child's own row names its parent
        events.MessageThrown,  # the outbox row waits for its receiver
        events.MessageReceived,
        events.NoticeDue,
    }
)


def apply(happened: Iterable[Event], applied: Applied, changes: Changes) -> None:
    """Put what the events of one command mean for the tables into `changes`."""
    for event in happened:
        if applier := APPLIERS.get(type(event)):
            applier(event, applied, changes)
        elif type(event) not in TABLE_LESS:
            raise LookupError(f"no applier for {type(event).__name__}")
