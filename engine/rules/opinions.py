"""Another unit's opinion, asked while a step goes on: a task in that unit's queue, a limit in working time, answer or silence.

It decides nothing and moves no token: who asked reads it and decides (NĐ 61/2018 art. 19: who handles the dossier
answers for it). It lives no longer than the step that asked.
"""

from __future__ import annotations

from datetime import datetime

from engine import events as e
from engine.commands import AskOpinion, CancelOpinion, GiveOpinion
from engine.rejection import Problem, Rejected
from engine.rules import tasks
from engine.rules.clock import step_due
from engine.rules.draft import Draft, moment
from engine.state import OPINION, Task
from engine.worktime import Stop, TimeLimit, due


def ask(draft: Draft, command: AskOpinion) -> Rejected | None:
    """Whoever has the step in hand asks. The limit is in working time of the agency that is asked."""
    task = tasks.live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if refused := tasks.held_by(task, draft):
        return refused
    if task.kind == OPINION:
        return tasks.NOT_A_STEP
    if problems := _problems(command):
        return Rejected("answers_invalid", problems[0].vi, problems[0].en, problems)
    if command.agency not in draft.facts.agencies:
        return Rejected(
            "unknown_agency",
            f"Không có cơ quan mang mã “{command.agency}”.",
            f"There is no agency {command.agency!r}.",
        )
    number = draft.state.next_task_no
    due_at = step_due(draft, TimeLimit.parse(command.limit), command.agency)
    assert due_at is not None
    draft.record(
        e.OpinionAsked(
            task_no=number,
            from_task=task.no,
            element_id=task.element_id,
            agency=command.agency,
            role=command.role,
            at=draft.at,
            due_at=due_at,
            limit=command.limit,
            by=draft.by.id,
            by_agency=task.agency,
            question=draft.keep({"text": command.question.strip()}),
        ),
        e.TimerArmed(_timer(number), task.element_id, due_at),
    )
    draft.tell("opinion_asked", f"agency:{command.agency}:{command.role}", number)
    return None


def give(draft: Draft, command: GiveOpinion) -> Rejected | None:
    """The unit that was asked answers; who asked is told."""
    task = _opinion(draft, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if refused := tasks.held_by(task, draft):
        return refused
    if not command.answer.strip():
        problem = Problem("answer", "required", "Phải ghi ý kiến.", "Expected an opinion in words.")
        return Rejected("answers_invalid", problem.vi, problem.en, (problem,))
    answer = draft.keep({"text": command.answer.strip()})
    draft.record(
        e.TimerDisarmed(_timer(task.no)), e.OpinionGiven(task.no, draft.by.id, draft.at, task.agency, answer)
    )
    _tell_asker(draft, task, "opinion_given")
    return None


def cancel(draft: Draft, command: CancelOpinion) -> Rejected | None:
    """Who asked needs the answer no longer."""
    task = _opinion(draft, command.task_no, None)
    if isinstance(task, Rejected):
        return task
    asking = draft.state.tasks.get(task.from_task or 0)
    if asking is not None and (refused := tasks.held_by(asking, draft)):
        return refused
    _away(draft, task)
    return None


def lapse(draft: Draft, timer_id: str) -> None:
    """The limit passed: silence, on the record."""
    task = draft.state.tasks.get(int(timer_id.removeprefix(PREFIX)))
    draft.record(e.TimerFired(timer_id, draft.state.timers[timer_id].element_id))
    if task is not None:
        draft.record(e.OpinionLapsed(task.no, draft.at))
        _tell_asker(draft, task, "opinion_silent")


def settle(draft: Draft) -> None:
    """Questions whose step is over fall away with it. Called once, when all else of a command has happened."""
    for task in list(draft.state.tasks.values()):
        if task.kind == OPINION and task.from_task not in draft.state.tasks:
            _away(draft, task)


def later(draft: Draft, task: Task, stop: Stop) -> list[e.Event]:
    """The limit of an open question after the dossier stood still."""
    calendar = draft.facts.calendar(task.agency)
    opened = datetime.fromisoformat(task.opened_at)
    found = due(TimeLimit.parse(task.limit), opened, calendar, pauses=(stop,)).at
    if found is None:
        return []
    return [
        e.TaskDueSet(task.no, moment(found)),
        e.TimerArmed(_timer(task.no), task.element_id, moment(found)),
    ]


PREFIX = "opinion:"


def _timer(number: int) -> str:
    return f"{PREFIX}{number}"


def _away(draft: Draft, task: Task) -> None:
    if _timer(task.no) in (*draft.state.timers, *draft.state.held_timers):
        draft.record(e.TimerDisarmed(_timer(task.no)))
    draft.record(e.TaskCancelled(task.no, "not_needed"))


def _opinion(draft: Draft, task_no: int, seen_version: int | None) -> Task | Rejected:
    task = tasks.live(draft.state, task_no, seen_version)
    if isinstance(task, Rejected) or task.kind == OPINION:
        return task
    return Rejected(
        "opinion_task", "Việc này không phải là cho ý kiến.", "Expected a task that asks for an opinion."
    )


def _tell_asker(draft: Draft, task: Task, topic: str) -> None:
    asking = draft.state.tasks.get(task.from_task or 0)
    if asking is not None:
        to = f"account:{asking.assignee}" if asking.assignee else f"agency:{asking.agency}:{asking.role}"
        draft.tell(topic, to, asking.no)


def _problems(command: AskOpinion) -> tuple[Problem, ...]:
    problems = []
    if not command.question.strip():
        problems.append(Problem("question", "required", "Phải ghi câu hỏi.", "Expected a question."))
    try:
        limit = TimeLimit.parse(command.limit)
    except ValueError:
        limit = TimeLimit(0, "working_day")
    if limit.unit not in ("working_hour", "working_day") or not 1 <= limit.amount <= 90:
        problems.append(
            Problem(
                "limit",
                "range",
                "Hạn trả lời là từ 1 đến 90 giờ hoặc ngày làm việc.",
                "Expected a limit of 1 to 90 working hours or days.",
            )
        )
    return tuple(problems)
