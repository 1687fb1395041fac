"""Asking the applicant for more papers: once by law (NĐ 61/2018 art. 17; building law), more only by a leader's word."""

from __future__ import annotations

from engine import events as e
from engine.commands import AllowSupplement
from engine.definition import Definition, Step
from engine.rejection import Rejected
from engine.rules.draft import Draft
from engine.state import State, Task

SIGN_IN = Rejected(
    "sign_in_required",
    "Việc này phải đăng nhập bằng tài khoản của người nộp, hoặc đến Bộ phận Một cửa nơi nộp hồ sơ.",
    "Expected the applicant's account: sign in, or go to the one-stop shop where the dossier was filed.",
)


def request(draft: Draft, task_no: int, answer_by: str | None, asked_in: str | None) -> None:
    """A supplement step opened: Mẫu 02 goes out; the clock pauses with it (rules/clock).

    What is asked for are the answers of the step that asks (`asked_in`).
    """
    state = draft.state
    number = state.supplements + state.early_supplements + 1
    asking = state.steps.get(asked_in or "", ())
    draft.record(
        e.SupplementRequested(
            number=number,
            at=draft.at,
            answer_by=answer_by,
            task_no=task_no,
            request_digest=asking[-1].digest if asking else None,
            before_reception=state.received_at is None,
        )
    )
    draft.issue("02", task_no)
    draft.tell("supplement_requested", task_no=task_no)


def by_receipt(definition: Definition, channel: str) -> bool:
    """May whoever holds the receipt answer a request without signing in? The procedure says so (dialect, `supplement.by_receipt`)."""
    rule = definition.supplement.by_receipt
    return rule == "always" or (rule == "not_online" and channel != "online")


def barred(draft: Draft, step: Step) -> Rejected | None:
    """A receipt's holder answers what was asked for, where the procedure lets them, and nothing else."""
    if draft.by.kind != "holder":
        return None
    allowed = step.kind == "supplement" and by_receipt(draft.definition, draft.state.channel)
    return None if allowed else SIGN_IN


def answer(draft: Draft, task: Task, ticked: tuple[int, ...] = ()) -> None:
    """What was asked for was handed in; `ticked`: the items marked as answered. Who received the dossier, who asked and the
    applicant are told: anybody with the receipt may have answered."""
    number = draft.state.open_supplements.get(task.no)
    if number is not None:
        draft.record(e.SupplementAnswered(number, draft.at, tuple(sorted(set(ticked)))))
    state = draft.state
    told = [f"agency:{state.agency}:{draft.facts.dispatcher(state.agency)}"]
    asking = draft.definition.steps.get(task.from_element or "")
    asked = state.steps.get(task.from_element or "", ())
    if asking and asked:
        told.append(f"agency:{asked[-1].agency}:{asking.role}")
    for one in dict.fromkeys(told):
        draft.tell("supplement_answered", one)
    draft.tell("supplement_received")


def allow(draft: Draft, command: AllowSupplement) -> Rejected | None:
    """A leader decides, with a reason on the record, that papers may be asked for once more."""
    draft.record(e.SupplementAllowed(draft.by.id, draft.at, draft.words(command.reason)))
    return None


def too_often(draft: Draft, before: State) -> Rejected | None:
    """Rejects a step that asked once more than law and the leader's decisions allow.

    Requests before and after reception are counted apart: each phase may ask `max_requests` times.
    """
    state = draft.state
    most = draft.definition.supplement.max_requests + state.allowed_supplements
    asked_late = state.supplements > max(most, before.supplements)
    asked_early = state.early_supplements > max(most, before.early_supplements)
    if not (asked_late or asked_early):
        return None
    return Rejected(
        "supplement_once",
        f"Chỉ được yêu cầu bổ sung {most} lần và đã yêu cầu đủ. Nếu thật cần thiết, lãnh đạo phải cho phép và ghi rõ lý do.",
        f"Expected at most {most} supplement request(s), and they have been made. A leader may allow one more, with a reason.",
    )
