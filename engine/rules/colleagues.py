"""Officers help each other: a task delegated and handed back, a substitute's work marked as such, notes for the agency."""

from __future__ import annotations

from engine import events as e
from engine.commands import Command, DelegateTask, HandBackTask, PassOnTask, WriteNote
from engine.rejection import Problem, Rejected
from engine.rules import tasks
from engine.rules.draft import Draft
from engine.state import State


def delegate(draft: Draft, command: DelegateTask) -> Rejected | None:
    """Who holds a task gives the work to a colleague and keeps the task: it comes back by `hand_back`."""
    task = tasks.live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if refused := tasks.held_by(task, draft):
        return refused
    if task.owner is not None or command.to == task.assignee:
        return Rejected(
            "not_delegable",
            "Việc này đang được ủy thác rồi, hoặc người nhận chính là người giữ.",
            "Expected a task that you hold yourself and a colleague to do it.",
        )
    words = _kept(draft, command.words)
    draft.record(e.TaskDelegated(task.no, command.to, command.to_name, draft.by.id, draft.by.name, words))
    draft.tell("delegated", f"account:{command.to}", task.no)
    return None


def pass_on(draft: Draft, command: PassOnTask) -> Rejected | None:
    """A leader gives what is the own, or nobody's yet, to another leader of the queue; it does not come back. A hand-over is
    accepted by this.
    """
    task = tasks.live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if task.status not in ("open", "offered") and (refused := tasks.held_by(task, draft)):
        return refused
    if command.to in (task.assignee, draft.by.id):
        return Rejected(
            "not_delegable",
            "Người nhận phải là người khác.",
            "Expected somebody else to pass the task on to.",
        )
    words = _kept(draft, command.reason)
    if task.status == "offered":
        draft.record(e.HandOverAccepted(task.no, draft.by.id, draft.at))
    draft.record(e.TaskAssigned(task.no, command.to, command.to_name, draft.by.id, words))
    draft.tell("passed_on", f"account:{command.to}", task.no)
    return None


def hand_back(draft: Draft, command: HandBackTask) -> Rejected | None:
    """The delegate has done the part asked for, or the owner takes the task back."""
    task = tasks.live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if task.owner is None:
        return Rejected(
            "not_delegated", "Việc này không được ủy thác.", "Expected a task that somebody delegated."
        )
    if draft.by.id != task.owner and (refused := tasks.held_by(task, draft)):
        return refused
    words = _kept(draft, command.words)
    draft.record(e.TaskHandedBack(task.no, task.owner, task.owner_name, draft.by.id, words))
    if draft.by.id != task.owner:
        draft.tell("handed_back", f"account:{task.owner}", task.no)
    return None


def note(draft: Draft, command: WriteNote) -> Rejected | None:
    """A note that only the officers of the writer's agency read."""
    if not command.text.strip():
        problem = Problem("text", "required", "Ghi chú còn trống.", "Expected a note in words.")
        return Rejected("answers_invalid", problem.vi, problem.en, (problem,))
    text = draft.keep({"text": command.text.strip()})
    draft.record(e.NoteWritten(command.agency, draft.by.id, draft.at, text))
    return None


def acted_instead(state: State, command: Command) -> e.ActedInstead | None:
    """The substitution by which an officer gives this command on a task, if the own posts would not do."""
    task = state.tasks.get(getattr(command, "task_no", None) or 0)
    if task is None:
        return None
    posts = [post for post in command.by.posts if (post.agency, post.role) == (task.agency, task.role)]
    absent = next((post.instead_of for post in posts if post.instead_of == task.assignee), None)
    if absent is None and not any(post.instead_of is None for post in posts):
        absent = next((post.instead_of for post in posts), None)
    if absent is None:
        return None
    return e.ActedInstead(task.no, command.by.id, absent, task.agency, task.role)


def _kept(draft: Draft, words: str) -> str | None:
    return draft.keep({"text": words.strip()}) if words.strip() else None
