"""What becomes of the result papers as steps are done: drafted, initialled, signed, numbered, digitised, handed; revoked."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from engine import events as e
from engine import papers
from engine.commands import RevokeResult
from engine.declared import ResultMade
from engine.definition import Result, Step
from engine.rejection import Problem, Rejected
from engine.rules import standing
from engine.rules.draft import Draft
from engine.state import Task
from engine.step_kinds import KINDS

NUMBER_FIELD = "so_ky_hieu"  # the field of a stamp step's e-form that holds the number given by hand
ISSUED = ("signed", "numbered", "digitised", "handed")
_SEVERAL = (
    "Bước này vào sổ nhiều văn bản: để trống số, sổ cho mỗi văn bản một số.",
    "This step numbers several documents: leave the number empty, the book gives each its own.",
)
ONE_NUMBER = Rejected("answers_invalid", *_SEVERAL, (Problem(NUMBER_FIELD, "several_documents", *_SEVERAL),))


def advance(draft: Draft, task: Task, step: Step, made: tuple[ResultMade, ...] = ()) -> None:
    """Record the stage that this step's completion gives to its results (all results if it names none)."""
    stage = KINDS[step.kind].stage
    if stage is None:
        return
    known = {one.code: one for one in made}
    for result in papers.of_step(draft.definition.results, step, draft.scope()):
        one = known.get(result.code, ResultMade(result.code))
        numbered = stage == "numbered"
        today = draft.facts.calendar(task.agency).local(draft.now).date() if numbered else None
        draft.record(
            e.ResultIssued(
                result.code,
                stage,
                number=_number(draft, step, result, one) if numbered else "",
                signer=draft.by.id if stage == "signed" else "",
                digest=one.digest,
                agency=task.agency if stage == "signed" else "",
                file=one.file,
                issued_on=today.isoformat() if today else None,
                valid_to=last_day(today, result.valid_months) if today else None,
                about_digest=draft.words(result.title),
            )
        )
    if stage == "handed":
        standing.change(draft, "returned")
        draft.issue("05", task.no)


def one_number(draft: Draft, step: Step, answers: Mapping[str, object]) -> Rejected | None:
    """Rejects a number that is typed where a step numbers several documents: each has its own of the book."""
    if KINDS[step.kind].stage != "numbered" or not answers.get(NUMBER_FIELD):
        return None
    several = len(papers.of_step(draft.definition.results, step, draft.scope())) > 1
    return ONE_NUMBER if several else None


def initial(draft: Draft, task: Task, step: Step) -> None:
    """A reviewer who lets a draft pass initials it."""
    for result in papers.of_step(draft.definition.results, step, draft.scope()):
        if draft.state.results.get(result.code) == "drafted":
            draft.record(e.ResultInitialled(result.code, draft.by.id, draft.at, task.no))


def revoke(draft: Draft, command: RevokeResult) -> Rejected | None:
    """A result that was signed counts no more; what was never issued, or is revoked, cannot be."""
    if draft.state.results.get(command.code) not in ISSUED:
        return Rejected(
            "result_not_issued",
            "Kết quả này chưa được ký, hoặc đã bị thu hồi.",
            "Expected a result that has been issued and not revoked.",
        )
    reason = draft.keep({"reason": command.reason.strip()})
    draft.record(e.ResultRevoked(command.code, draft.by.id, draft.at, reason, command.replaced_by))
    draft.tell("result_revoked")
    return None


def last_day(issued: date, months: int | None) -> str | None:
    """The last day of a validity of calendar months (Bộ luật Dân sự 2015, Điều 147, 148); None = for good."""
    if months is None:
        return None
    year, month = divmod(issued.month - 1 + months, 12)
    year, month = issued.year + year, month + 1
    return date(year, month, min(issued.day, monthrange(year, month)[1])).isoformat()


def _number(draft: Draft, step: Step, result: Result, made: ResultMade) -> str:
    """The number typed by the clerk, else that of the register which the manifest names, else that of the book."""
    typed = draft.document.answers.get(step.form or "", {}).get(NUMBER_FIELD)
    told = result.number.of_scope({**draft.scope(), "item": result.item}) if result.number else None
    return str(typed or told or made.number or "")
