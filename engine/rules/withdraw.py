"""The applicant takes the dossier back: everything that waits falls away, under parallel branches too (1..6 → 7)."""

from __future__ import annotations

from engine import events as e
from engine.commands import WithdrawDossier
from engine.rejection import Rejected
from engine.rules import standing
from engine.rules.draft import Draft


def withdraw(draft: Draft, command: WithdrawDossier) -> Rejected | None:
    """Valid on any diagram until there is a result to return."""
    state = draft.state
    if "resolved" in (state.status, state.stopped_from) or state.status == "returned":
        return Rejected(
            "dossier_closed",
            "Hồ sơ đã có kết quả giải quyết nên không rút được nữa.",
            "Expected a dossier in progress, but it has a result.",
        )
    draft.record(*(e.TaskCancelled(task_no, "withdrawn") for task_no in state.tasks))
    draft.record(*(e.TimerDisarmed(timer_id) for timer_id in (*state.timers, *state.held_timers)))
    draft.record(*(e.MessageCleared(waiting) for waiting in state.messages))
    for token_id, element_id in state.jobs.items():
        draft.record(e.JobCancelled(token_id, element_id, element_id in draft.definition.children))
    draft.move(b"")
    standing.close(draft, "withdrawn", command.reason)
    return None
