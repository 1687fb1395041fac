"""Partners and child dossiers answer: an external task is done or has failed, a message arrives."""

from __future__ import annotations

from engine import events as e
from engine import flow
from engine.commands import DeliverMessage, FailJob, FinishJob
from engine.rejection import Rejected
from engine.rules import course
from engine.rules.draft import Draft

NO_JOB = Rejected(
    "no_job",
    "Hồ sơ không còn chờ trả lời này (đã trả lời trước đó hoặc bước đã kết thúc).",
    "Expected a job that waits: it was answered before or its step is over.",
)


def finish(draft: Draft, command: FinishJob) -> Rejected | None:
    """The answer goes to the step's result variable and the diagram moves on."""
    element_id = draft.state.jobs.get(command.token_id)
    if element_id is None:
        return NO_JOB
    name = draft.definition.job_results.get(element_id)
    variables = {name: dict(command.result)} if name else None
    spec, position = draft.definition.flow, draft.state.flow
    return _advance(
        draft,
        lambda names: flow.complete(spec, position, command.token_id, names, draft.now, variables),
        element_id,
    )


def fail(draft: Draft, command: FailJob) -> Rejected | None:
    """A BPMN error if the diagram catches its code; else an incident that an admin repairs, the job kept."""
    element_id = draft.state.jobs.get(command.token_id)
    if element_id is None:
        return NO_JOB
    spec, position = draft.definition.flow, draft.state.flow
    code, sentence = draft.words(command.error_code), draft.words(command.sentence)
    draft.record(e.JobFailed(command.token_id, element_id, code, sentence))
    rejected = _advance(
        draft,
        lambda names: flow.throw(
            spec, position, command.token_id, "error", command.error_code, names, draft.now
        ),
        element_id,
    )
    if rejected is None or rejected.code != "error_not_caught":
        return rejected
    label = draft.definition.flow.elements[element_id].name or element_id
    draft.record(
        e.IncidentRaised(
            element_id,
            "job_failed",
            draft.words(f"“{label}” không thực hiện được: {command.sentence}"),
            draft.words(f"“{label}” failed: {command.error_code}"),
        )
    )
    return None


def deliver(draft: Draft, command: DeliverMessage) -> Rejected | None:
    """A message reaches the oldest catch that waits for it; nobody waiting is a rejection, and it is kept outside
    (`casework.deliver`): which dossier it is for shows only when a catch opens."""
    waits = any(name == command.name for name, _ in draft.state.messages.values())
    spec, position = draft.definition.flow, draft.state.flow
    rejected, moved = course.run(
        draft,
        lambda names: flow.deliver(
            spec, position, command.name, names, draft.now, command.correlation, command.payload
        ),
    )
    if rejected:
        return rejected
    if moved is None or not moved.changes or not waits:
        return Rejected(
            "no_message",
            f"Hồ sơ không chờ thông điệp “{command.name}”.",
            f"Nobody waits for the message {command.name!r}.",
        )
    if incident := course.undone(moved):
        course.raise_incident(draft, incident)
        return None
    draft.record(e.MessageReceived(command.name, draft.value(command.correlation)))
    course.follow(draft, moved, course.Origin(draft.state.agency))
    return None


def _advance(draft: Draft, movement: course.Movement, element_id: str) -> Rejected | None:
    rejected, moved = course.run(draft, movement)
    if rejected or moved is None:
        return rejected
    if incident := course.undone(moved):
        course.raise_incident(draft, incident)
        return None
    course.follow(draft, moved, course.Origin(draft.state.agency, None, element_id))
    return None
