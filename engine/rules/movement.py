"""Work goes back: recalled by who sent it, returned by who got it. One primitive of the diagram moves the token."""

from __future__ import annotations

from engine import events as e
from engine import flow
from engine.commands import RecallTask, ReturnTask
from engine.rejection import Rejected
from engine.rules import course, supplement, tasks
from engine.rules.draft import Draft
from engine.state import OPINION, Task


def recall(draft: Draft, command: RecallTask) -> Rejected | None:
    """The sender takes back what nobody has claimed yet; the step it came from opens again, in the sender's hands.

    What went to several at once comes back from all of them, or from none.
    """
    task = tasks.live(draft.state, command.task_no)
    if isinstance(task, Rejected):
        return task
    sender = draft.definition.steps.get(task.from_element or "")
    together = [one for one in draft.state.tasks.values() if _sent_together(one, task)]
    if any(one.assignee is not None for one in together) or sender is None or sender.role == course.APPLICANT:
        return Rejected(
            "not_recallable",
            "Chỉ thu hồi được việc cơ quan mình vừa chuyển đi mà chưa ai nhận.",
            "Expected a task that an agency sent on and that nobody has claimed.",
        )
    return _back(draft, task, sender.element_id, command.reason, recalled=True)


def _sent_together(one: Task, task: Task) -> bool:
    """Is it this task, or another instance of the same loop?"""
    same = one.element_id == task.element_id and one.from_task == task.from_task
    return one.no == task.no or (same and one.index is not None and one.kind != OPINION)


def return_(draft: Draft, command: ReturnTask) -> Rejected | None:
    """Send the work back to an earlier step of the same branch."""
    task = tasks.live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if refused := tasks.held_by(task, draft):
        return refused
    if task.kind == OPINION:
        return tasks.NOT_A_STEP
    if command.to_element not in draft.definition.steps or command.to_element == task.element_id:
        return Rejected(
            "move_illegal",
            f"Không trả lại về “{command.to_element}” được: đó không phải một bước xử lý trước đó.",
            f"Expected an earlier step, found {command.to_element!r}.",
        )
    return _back(draft, task, command.to_element, command.reason, recalled=False)


def _back(draft: Draft, task: Task, to_element: str, reason: str, *, recalled: bool) -> Rejected | None:
    spec, position, before = draft.definition.flow, draft.state.flow, draft.state
    rejected, moved = course.run(
        draft,
        lambda names: flow.move(spec, position, task.token_id, to_element, names, draft.now, whole=recalled),
    )
    if rejected or moved is None:
        return rejected
    draft.record(e.TaskReturned(task.no, to_element, draft.words(reason), draft.by.id, recalled))
    sender = None if recalled else task.agency
    origin = course.Origin(sender, cancelled="recalled" if recalled else "returned")
    course.follow(draft, moved, origin)
    if refused := supplement.too_often(draft, before):  # going back to the applicant's step asks again
        return refused
    for task_no in origin.opened:
        if recalled and draft.state.tasks[task_no].agency in draft.by.agencies():
            draft.record(e.TaskClaimed(task_no, draft.by.id, draft.by.name))
        elif not recalled:
            opened = draft.state.tasks[task_no]
            draft.tell("returned_step", f"agency:{opened.agency}:{opened.role}", task_no)
    return None
