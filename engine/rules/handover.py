"""Work offered to another agency and declined there: the same task goes back and is routed anew; the token stays."""

from __future__ import annotations

from engine import events as e
from engine.commands import RefuseHandOver, RerouteTask
from engine.rejection import Rejected
from engine.rules import tasks
from engine.rules.draft import Draft


def refuse(draft: Draft, command: RefuseHandOver) -> Rejected | None:
    """The receiving agency declines with a reason: the task waits at the sender's dispatcher."""
    task = tasks.live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if task.status != "offered" or task.offered_by is None:
        return Rejected(
            "not_handed_over",
            "Chỉ từ chối được việc do cơ quan khác chuyển đến và chưa tiếp nhận.",
            "Expected a task that another agency offers and nobody has accepted.",
        )
    agency, role = draft.facts.dispatch_queue(task.offered_by, otherwise=draft.state.agency)
    reason = draft.words(command.reason)
    draft.record(e.HandOverRefused(task.no, draft.by.id, draft.at, reason, agency, role))
    draft.tell("hand_over_refused", f"agency:{agency}:{role}", task.no)
    return None


def reroute(draft: Draft, command: RerouteTask) -> Rejected | None:
    """The dispatcher offers a refused task to another agency, or takes it into a queue of the own."""
    task = tasks.live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if task.status != "refused":
        return Rejected(
            "not_handed_over",
            "Chỉ chuyển lại được việc đã bị từ chối hoặc chưa xác định được nơi nhận.",
            "Expected a refused task.",
        )
    if command.agency not in draft.facts.agencies:
        return Rejected(
            "unknown_agency",
            f"Không có cơ quan mang mã “{command.agency}”.",
            f"There is no agency {command.agency!r}.",
        )
    step = draft.definition.steps[task.element_id]
    role = command.role or step.role
    draft.record(e.TaskRerouted(task.no, command.agency, role, draft.words(command.reason), draft.by.id))
    if command.agency != task.agency:
        draft.record(e.DossierHandedOver(task.no, task.agency, command.agency, task.element_id, draft.at))
        draft.tell("offered", f"agency:{command.agency}:{role}", task.no)
    return None
