"""One human task: claimed, given back, assigned, completed. Two officers on one task: the second is rejected."""

from __future__ import annotations

from engine import events as e
from engine import flow, scope
from engine.commands import AssignTask, ClaimTask, CompleteTask, ReleaseTask
from engine.declared import ResultMade
from engine.definition import Outcome, Step
from engine.rejection import Problem, Rejected
from engine.rules import answering, components, course, fees, intake, result, supplement, words
from engine.rules.draft import Draft
from engine.state import OPINION, State, Task
from engine.step_kinds import KINDS

NOT_A_STEP = Rejected(
    "opinion_task",
    "Việc này là cho ý kiến: trả lời bằng ý kiến, không hoàn thành như một bước.",
    "Expected a step of the diagram, but this task is an opinion to give.",
)
DONE = Outcome("done", "Hoàn thành", "Done")
ONLY_WHEN = {"02": "supplement", "03": "refuse"}  # these papers go out with this outcome only


def claim(draft: Draft, command: ClaimTask) -> Rejected | None:
    """Take an open task. What another agency offered is accepted by this."""
    task = live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if task.status == "claimed":
        return _taken(task, draft)
    if task.status == "refused":
        return Rejected(
            "hand_over_refused",
            "Việc này đã bị cơ quan nhận từ chối hoặc chưa xác định được nơi nhận; phải chuyển lại cho cơ quan khác.",
            "Expected a task that waits for an officer, but it was refused: route it to an agency.",
        )
    if task.offered_by and task.status == "offered":
        draft.record(e.HandOverAccepted(task.no, draft.by.id, draft.at))
    name = draft.by.name if draft.by.kind == "officer" else ""  # an applicant's name is not for the log
    draft.record(e.TaskClaimed(task.no, draft.by.id, name))
    return None


def release(draft: Draft, command: ReleaseTask) -> Rejected | None:
    """Give a claimed task back to its queue; the clock does it for who has left the post."""
    task = live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if draft.by.kind != "clock" and (refused := held_by(task, draft)):
        return refused
    draft.record(e.TaskReleased(task.no))
    return None


def assign(draft: Draft, command: AssignTask) -> Rejected | None:
    """A head gives the task to an officer; a hand-over is accepted by this, a claimed task changes hands."""
    task = live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if task.status == "refused" or task.role == course.APPLICANT:
        return Rejected(
            "task_not_claimed",
            "Việc này không phân công cho cán bộ được.",
            "Expected a task of an agency's queue.",
        )
    if task.status == "offered":
        draft.record(e.HandOverAccepted(task.no, draft.by.id, draft.at))
    draft.record(e.TaskAssigned(task.no, command.to, command.to_name, draft.by.id))
    return None


def complete(draft: Draft, command: CompleteTask) -> Rejected | None:
    """End a step: outcome, answers and papers are checked, the kind has its legal effect, the diagram moves on."""
    task = live(draft.state, command.task_no, command.seen_version)
    if isinstance(task, Rejected):
        return task
    if task.role != course.APPLICANT and (refused := held_by(task, draft)):
        return refused
    if task.kind == OPINION:
        return NOT_A_STEP
    if not command.without_opinions and (refused := _still_asking(draft, task)):
        return refused
    step = draft.definition.steps[task.element_id]
    if refused := supplement.barred(draft, step):
        return refused
    outcome = chosen(step, command.outcome)
    if isinstance(outcome, Rejected):
        return outcome
    if refused := components.unfit(draft, command.components):
        return refused
    if step.kind == "pay" and takes_effect(step, outcome.code) and (refused := fees.unpaid(draft.state)):
        return refused
    if takes_effect(step, outcome.code) and (refused := fees.holding(draft.definition, draft.state, step)):
        return refused
    answers = answering.checked(
        draft,
        step.form,
        command.answers,
        outcome=outcome.code,
        **scope.of_loop(draft.definition, task.element_id, draft.state.item(task.item_digest), task.index),
    )
    if isinstance(answers, Rejected):
        return answers
    before, digest = draft.state, None
    if step.form:
        digest = draft.record_answers(step.form, answers, step.element_id)
    passed = takes_effect(step, outcome.code)
    if passed and (refused := result.one_number(draft, step, answers)):
        return refused
    components.receive(draft, command.components)
    fees.settle(draft)
    ticked, made = command.ticked, command.results
    if refused := end(
        draft, task, outcome, digest, note=command.note, before=before, ticked=ticked, made=made
    ):
        return refused
    return words.unsaid_at(draft, step, outcome, answers, command.note, passed=passed)


def end(
    draft: Draft,
    task: Task,
    outcome: Outcome,
    digest: str | None = None,
    *,
    note: str = "",
    before: State | None = None,
    ticked: tuple[int, ...] = (),
    made: tuple[ResultMade, ...] = (),
) -> Rejected | None:
    """The step is done: its kind has its legal effect, the diagram moves on. `before`: the state to count requests from."""
    step = draft.definition.steps[task.element_id]
    attempt = draft.fork()
    attempt.record(
        e.TaskCompleted(
            task_no=task.no,
            element_id=task.element_id,
            outcome=outcome.code,
            by=draft.by.id,
            at=draft.at,
            agency=task.agency,
            digest=digest,
            note_digest=attempt.words(note),
            item_digest=task.item_digest,
            index=task.index,
        )
    )
    _take_effect(attempt, task, step, outcome, ticked, made)
    return _move_on(draft, attempt, task, before or draft.state)


def live(state: State, task_no: int, seen_version: int | None = None) -> Task | Rejected:
    """The waiting task, if it is still there and unchanged since the actor saw it."""
    task = state.tasks.get(task_no)
    if task is None and 0 < task_no < state.next_task_no:
        return Rejected(
            "task_done", "Việc này đã được xử lý xong.", "Expected a waiting task, but it is done."
        )
    if task is None:
        return Rejected("unknown_task", "Không có việc này trong hồ sơ.", "The dossier has no such task.")
    if seen_version is not None and seen_version != task.version:
        return Rejected(
            "stale_version",
            "Việc này vừa có người thay đổi. Hãy tải lại trang rồi làm tiếp.",
            f"Expected version {task.version} of the task, found {seen_version}.",
        )
    return task


def held_by(task: Task, draft: Draft) -> Rejected | None:
    """Rejects unless the actor, or somebody away for whom the actor stands in, has claimed the task."""
    if draft.by.stands_in(task.assignee, task.agency, task.role):
        return None
    if task.assignee is not None:
        return _taken(task, draft)
    return Rejected(
        "task_not_claimed",
        "Phải nhận việc trước khi xử lý.",
        "Expected a task that you have claimed, but nobody has.",
    )


def chosen(step: Step, code: str | None) -> Outcome | Rejected:
    """The outcome named by `code`; a step with one outcome needs no choice."""
    offered = step.outcomes or (DONE,)
    labels = ", ".join(f"“{outcome.vi}” ({outcome.code})" for outcome in offered)
    if code is None:
        if len(offered) == 1:
            return offered[0]
        return Rejected(
            "outcome_required",
            f"Phải chọn kết quả xử lý của bước “{step.name}”: {labels}.",
            f"Expected an outcome: {', '.join(outcome.code for outcome in offered)}.",
        )
    for outcome in offered:
        if outcome.code == code:
            return outcome
    return Rejected(
        "outcome_unknown",
        f"Bước “{step.name}” không có kết quả “{code}”; chỉ có: {labels}.",
        f"Expected one of {', '.join(outcome.code for outcome in offered)}, found {code!r}.",
    )


def takes_effect(step: Step, outcome: str) -> bool:
    """Has this outcome the legal effect of the kind? A kind that neither accepts nor makes results has it by any."""
    kind = KINDS[step.kind]
    return (kind.accepting is None and kind.stage is None) or outcome == effective(step)


def effective(step: Step) -> str:
    """The outcome that has the legal effect, and that signing gives: the kind's accepting one, else the step's first."""
    offered = [one.code for one in step.outcomes] or [DONE.code]
    accepting = KINDS[step.kind].accepting
    return accepting if accepting in offered else offered[0]


def _still_asking(draft: Draft, task: Task) -> Rejected | None:
    """Who asked decides knowingly without the answer: not by oversight, and not behind the back of who writes it."""
    asked = [one for one in draft.state.tasks.values() if one.kind == OPINION and one.from_task == task.no]
    if not asked:
        return None
    names = ", ".join(draft.facts.agencies[one.agency].name for one in asked)
    vi = f"Còn chờ ý kiến của {names}. Chờ trả lời, hoặc đồng ý rút câu hỏi rồi hoàn thành."
    en = f"An opinion is still asked of {names}. Wait for the answer, or agree to take the question back."
    return Rejected("opinion_open", vi, en, (Problem("without_opinions", "opinion_open", vi, en),))


def _take_effect(
    draft: Draft,
    task: Task,
    step: Step,
    outcome: Outcome,
    ticked: tuple[int, ...],
    made: tuple[ResultMade, ...],
) -> None:
    effective = takes_effect(step, outcome.code)
    if step.kind == "receive":
        if effective:
            intake.receive(draft)
        elif outcome.code == "refuse":
            draft.issue("03", task.no)
    elif step.kind == "supplement":
        supplement.answer(draft, task, ticked)
    elif step.kind == "pay" and effective:
        intake.paid_before_reception(draft)
    elif effective and step.kind == "review":
        result.initial(draft, task, step)
    elif effective:
        result.advance(draft, task, step, made)
    for paper in step.papers:
        if paper == "01" and step.kind == "receive":
            continue  # goes out with the reception itself
        if ONLY_WHEN.get(paper, outcome.code) == outcome.code:
            draft.issue(paper, task.no)


def _move_on(draft: Draft, attempt: Draft, task: Task, before: State) -> Rejected | None:
    """The diagram moves on. A step that it undoes leaves the task as it was, the answers kept, and an incident."""
    spec, position = draft.definition.flow, draft.state.flow
    rejected, moved = course.run(
        attempt, lambda names: flow.complete(spec, position, task.token_id, names, draft.now)
    )
    if rejected or moved is None:
        return rejected
    if incident := course.undone(moved):
        course.raise_incident(draft, incident)
        return None
    sender = task.agency if task.role != course.APPLICANT else None
    course.follow(attempt, moved, course.Origin(sender, task.no, task.element_id))
    if refused := supplement.too_often(attempt, before):
        return refused
    draft.adopt(attempt)
    return None


def _taken(task: Task, draft: Draft) -> Rejected:
    if task.assignee == draft.by.id:
        return Rejected("task_taken", "Bạn đã nhận việc này rồi.", "You have claimed this task already.")
    return Rejected(
        "task_taken",
        f"Việc này đang do {task.assignee} xử lý.",
        f"Expected an open task, but {task.assignee} has claimed it.",
    )
