"""The course of a dossier through its diagram: what `engine.flow` reports, as events of the domain.

A token that arrives at a step becomes a task in a queue (agency × role); a step in another agency than the sender's
is offered there: a hand-over. The token itself never moves because of a hand-over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import feel
from engine import events as e
from engine import flow, scope
from engine.definition import Step
from engine.digest import plain
from engine.rejection import Rejected
from engine.rules import clock, fees, standing, supplement
from engine.rules.draft import Draft, moment

APPLICANT = "applicant"
AT_THE_COUNTER = ("receive", "return_result")
"""Steps that a non-boundary reception keeps at the counter that took the dossier in."""


@dataclass
class Origin:
    """Where the work comes from: the agency that sends it on, and the task and step it was done in.

    `cancelled`: what the log says of a task whose token was moved. `opened`: the tasks that this step opened.
    """

    agency: str | None = None
    task_no: int | None = None
    element_id: str | None = None
    cancelled: str = "interrupted"
    opened: list[int] = field(default_factory=list)


Movement = Callable[[flow.Scope], flow.Moved]


def advance(draft: Draft, movement: Movement, origin: Origin) -> Rejected | None:
    """Let the diagram make one step and record all that follows. A step the diagram undid leaves only an incident."""
    rejected, moved = run(draft, movement)
    if moved is not None:
        follow(draft, moved, origin)
    return rejected


def run(draft: Draft, movement: Movement) -> tuple[Rejected | None, flow.Moved | None]:
    """The diagram's answer, not yet recorded."""
    names = scope.of_flow(draft.definition, draft.scope(), draft.state, draft.facts, draft.now)
    try:
        return None, movement(names)
    except flow.FlowRejected as refused:
        code = CODES.get(refused.code, refused.code)
        return Rejected(code, refused.sentence_vi, refused.sentence_en), None


CODES: Mapping[str, str] = {
    "token_not_waiting": "task_done",
    "timer_not_set": "no_timer",
    "timer_not_due": "no_timer",
}


def undone(moved: flow.Moved) -> flow.Incident | None:
    """The incident of a step that ran into an endless automatic loop: the diagram stands where it stood."""
    last = moved.changes[-1] if moved.changes else None
    return last if isinstance(last, flow.Incident) and last.code == "endless_loop" else None


def raise_incident(draft: Draft, incident: flow.Incident) -> None:
    vi, en = draft.words(incident.sentence_vi), draft.words(incident.sentence_en)
    draft.record(e.IncidentRaised(incident.element_id, incident.code, vi, en))


def follow(draft: Draft, moved: flow.Moved, origin: Origin) -> None:
    """Record the changes of one step of the diagram, in their order."""
    ends: list[str] = []
    for change in moved.changes:
        if isinstance(change, flow.Ended):
            ends.append(change.element_id)
        _follow(draft, change, origin)
    draft.move(moved.snapshot)
    if moved.ended:
        known = [draft.definition.ends[end] for end in ends if end in draft.definition.ends]
        standing.close(draft, known[-1] if known else "returned")


def _follow(draft: Draft, change: flow.Change, origin: Origin) -> None:
    match change:
        case flow.TokenArrived(kind="human"):
            _open(draft, change, origin)
        case flow.TokenArrived(kind="external"):
            topic = draft.definition.topics.get(change.element_id, "")
            draft.record(e.JobRequested(change.token_id, change.element_id, topic))
        case flow.TokenArrived(kind="call"):
            procedure = draft.definition.children[change.element_id]
            item = draft.value(change.item)
            draft.record(e.ChildOpened(change.token_id, change.element_id, procedure, item_digest=item))
        case flow.TokenLeft():
            _leave(draft, change, origin)
        case flow.TimerSet():
            due_at = moment(change.due_at)
            draft.record(e.TimerArmed(change.timer_id, change.element_id, due_at, change.attached_to))
        case flow.TimerCleared():
            if change.timer_id in draft.state.timers or change.timer_id in draft.state.held_timers:
                draft.record(e.TimerDisarmed(change.timer_id))
        case flow.MessageAwaited():
            correlation = draft.value(change.correlation)
            draft.record(e.MessageAwaited(change.subscription_id, change.name, correlation))
        case flow.MessageCleared():
            draft.record(e.MessageCleared(change.subscription_id))
        case flow.MessageThrown():
            digest = draft.keep(plain(change.payload)) if change.payload else None
            correlation = draft.value(change.correlation)
            draft.record(e.MessageThrown(change.name, correlation, change.element_id, digest))
        case flow.VariableSet():
            draft.set_variable(change.name, change.value)
        case flow.DecisionTaken():
            draft.record(e.DecisionTaken(change.element_id, change.decision_ref))
        case flow.Passed() | flow.Ended():
            draft.record(e.StepPassed(change.element_id))
        case flow.Incident():
            raise_incident(draft, change)
        case _:  # FlowEnded, signals, receive tasks: nothing to record beside the rest
            pass


def _open(draft: Draft, change: flow.TokenArrived, origin: Origin) -> None:
    step = draft.definition.steps[change.element_id]
    loop = scope.of_loop(draft.definition, step.element_id, change.item, change.index)
    names = {**draft.scope(), **loop} if loop else draft.scope()
    agency, role = _agency(draft, step, names), step.role
    unrouted = agency is None
    sender = origin.agency
    if agency is None:
        agency, role = draft.facts.dispatch_queue(sender or draft.state.agency, otherwise=draft.state.agency)
    handed_over = bool(sender) and not unrouted and step.role != APPLICANT and agency != sender
    task_no = draft.state.next_task_no
    due_at = clock.step_due(draft, step.time_limit, agency)
    if step.kind == "supplement" and due_at is None:
        due_at = clock.step_due(draft, draft.definition.supplement.answer_within, draft.state.agency)
    draft.record(
        e.TaskOpened(
            task_no=task_no,
            token_id=change.token_id,
            element_id=step.element_id,
            kind=step.kind,
            agency=agency,
            role=role,
            at=draft.at,
            due_at=due_at,
            offered_by=sender if handed_over else None,
            item_digest=draft.loop_item(change.item),
            index=change.index,
            from_task=origin.task_no,
            from_element=origin.element_id,
            unrouted=unrouted,
        )
    )
    origin.opened.append(task_no)
    if handed_over and sender:
        draft.record(e.DossierHandedOver(task_no, sender, agency, step.element_id, draft.at))
        draft.tell("offered", f"agency:{agency}:{step.role}", task_no)
    if step.kind == "supplement":
        supplement.request(draft, task_no, due_at, origin.element_id)
    elif step.kind == "pay":
        if (
            fees.due(draft.state) or not draft.definition.fees
        ):  # a free one is passed at once (rules/payments)
            draft.tell("fee_due", task_no=task_no)
    elif step.kind == "return_result":
        draft.tell("result_ready", task_no=task_no)
    elif step.role == APPLICANT:
        draft.tell("task", task_no=task_no)
    _assign(draft, step, names, task_no)


def _agency(draft: Draft, step: Step, names: Mapping[str, object]) -> str | None:
    """The agency whose queue the step opens in; "" for the applicant; None if no such agency is known."""
    if step.role == APPLICANT:
        return ""
    try:
        found = step.agency.of_scope(names)
    except feel.FeelError:
        return None
    if found == draft.state.agency and draft.state.via and step.kind in AT_THE_COUNTER:
        found = draft.state.via
    return found if isinstance(found, str) and found in draft.facts.agencies else None


def _assign(draft: Draft, step: Step, names: Mapping[str, object], task_no: int) -> None:
    """`camunda:assignee`: the step is given to this account at once, unless it is a hand-over still to be accepted."""
    if step.assignee is None or draft.state.tasks[task_no].status != "open":
        return
    try:
        account = step.assignee.of_scope(names)
    except feel.FeelError:
        return
    if isinstance(account, str) and account:
        draft.record(e.TaskAssigned(task_no, account, by="system"))


def _leave(draft: Draft, change: flow.TokenLeft, origin: Origin) -> None:
    task = draft.task_of_token(change.token_id)
    if task is not None:
        draft.record(
            e.TaskCancelled(task.no, origin.cancelled if change.reason == "moved" else "interrupted")
        )
    elif change.token_id in draft.state.jobs:
        token, element = change.token_id, change.element_id
        if change.reason == "completed":
            draft.record(e.JobFinished(token, element))
        else:
            draft.record(e.JobCancelled(token, element, element in draft.definition.children))
