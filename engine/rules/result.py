"""What becomes of the result papers as steps are done: drafted, signed, numbered, digitised, handed to the applicant."""

from __future__ import annotations

from engine import events as e
from engine.definition import Step
from engine.rules import standing
from engine.rules.draft import Draft
from engine.state import Task
from engine.step_kinds import KINDS

NUMBER_FIELD = "result_number"  # the field of a stamp step's e-form that holds the number given


def advance(draft: Draft, task: Task, step: Step) -> None:
    """Record the stage that this step's completion gives to its results (all results if it names none)."""
    stage = KINDS[step.kind].stage
    if stage is None:
        return
    given = draft.document.answers.get(step.form or "", {})
    number = given.get(NUMBER_FIELD)
    for code in step.results or tuple(result.code for result in draft.definition.results):
        draft.record(
            e.ResultIssued(
                code,
                stage,
                number=str(number) if stage == "numbered" and number is not None else "",
                signer=draft.by.id if stage == "signed" else "",
            )
        )
    if stage == "handed":
        standing.change(draft, "returned")
        draft.issue("05", task.no)
