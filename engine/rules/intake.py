"""A dossier comes in: submission by the applicant or at the counter, reception, corrections on the record."""

from __future__ import annotations

import dataclasses

import feel
from engine import events as e
from engine import flow, scope
from engine.commands import AmendAnswers, SubmitDossier
from engine.declared import Person
from engine.rejection import Problem, Rejected
from engine.rules import answering, clock, components, course, fees, standing
from engine.rules.draft import Draft, moment
from engine.worktime import due


def submit(draft: Draft, command: SubmitDossier) -> Rejected | None:
    """Open a dossier: agency that receives it, valid answers, all required papers; the diagram starts."""
    if refused := _receiving(draft, command.agency):
        return refused
    if refused := components.unfit(draft, command.components) or _returning(draft, command):
        return refused
    definition = draft.definition
    persons = {
        "applicant": _person(command.applicant),
        "beneficiary": _person(command.beneficiary) if command.beneficiary else None,
    }
    if command.payer:
        persons["payer"] = _person(command.payer)
    if command.representative:
        persons["representative"] = _person(command.representative)
    draft.document = dataclasses.replace(draft.document, persons=persons)
    digest = draft.keep(persons)
    draft.record(
        e.DossierSubmitted(
            dossier_code=command.dossier_code,
            procedure_code=definition.code,
            procedure_version=definition.version,
            agency=command.agency,
            channel=command.channel,
            applicant_digest=digest,
            reception_due_at=_reception_due(draft, command),
            at=draft.at,
            facts=draft.facts.versions,
            parent=command.parent,
            via=command.via,
            mandate=command.mandate,
            return_by=command.return_by,
        ),
        e.AnswersRecorded("$persons", digest),
        e.StatusChanged("submitted"),
    )
    answers = answering.checked(draft, definition.start_form, command.answers)
    if isinstance(answers, Rejected):
        return answers
    if definition.start_form:
        draft.record_answers(definition.start_form, answers)
    if refused := components.missing(draft, command.components):
        return refused
    components.receive(draft, command.components)
    fees.settle(draft)
    draft.tell("submitted")
    return course.advance(
        draft,
        lambda names: flow.start(definition.flow, names, draft.now),
        course.Origin(command.via or command.agency),
    )


def receive(draft: Draft) -> None:
    """The one-stop shop accepts: number, receipt (Mẫu 01), and the statutory period starts. Only the first time counts."""
    if draft.state.received_at is not None:
        return
    clock.start(draft)
    standing.change(draft, "received")
    draft.issue("01")
    draft.tell("received")


def paid_before_reception(draft: Draft) -> None:
    """Paid in advance: the hours to receive count from the payment."""
    if draft.state.received_at is None and draft.state.reception_due_at is not None:
        draft.record(e.ReceptionDueSet(_reception_end(draft, draft.state.agency)))


def amend(draft: Draft, command: AmendAnswers) -> Rejected | None:
    """An officer corrects answers on the record; the old ones stay in the log by their digest."""
    if command.seen_version is not None and command.seen_version != draft.state.seq:
        return Rejected(
            "stale_version",
            "Hồ sơ vừa có thay đổi. Hãy tải lại trang rồi sửa.",
            f"Expected version {draft.state.seq}, found {command.seen_version}.",
        )
    if command.form not in draft.state.answers or command.form.startswith("$"):
        return Rejected(
            "unknown_key",
            f"Hồ sơ không có biểu mẫu “{command.form}” để sửa.",
            f"The dossier has no answers of {command.form!r}.",
        )
    answers = answering.checked(draft, command.form, command.answers)
    if isinstance(answers, Rejected):
        return answers
    draft.record_answers(command.form, answers, reason=command.reason)
    fees.settle(draft)
    return course.advance(
        draft,
        lambda names: flow.resume(draft.definition.flow, draft.state.flow, names, draft.now),
        course.Origin(draft.state.agency),
    )


def _receiving(draft: Draft, code: str) -> Rejected | None:
    agency = draft.facts.agencies.get(code)
    if agency is None:
        return Rejected(
            "unknown_agency", f"Không có cơ quan mang mã “{code}”.", f"There is no agency {code!r}."
        )
    wanted = draft.definition.receiving
    if wanted.expression is None:
        receives = wanted.text in ("", agency.level, agency.code)
    else:
        try:
            receives = wanted.of_scope(scope.of_agency(agency)) is True
        except feel.FeelError:
            receives = False
    if receives:
        return None
    return Rejected(
        "not_receiving",
        f"{agency.name} không tiếp nhận thủ tục “{draft.definition.name}”.",
        f"{agency.name} does not receive this procedure.",
    )


def _returning(draft: Draft, command: SubmitDossier) -> Rejected | None:
    if command.return_by is None or command.return_by in draft.definition.return_by:
        return None
    vi = "Thủ tục này không trả kết quả theo cách đã chọn."
    en = f"Expected one of {', '.join(draft.definition.return_by)}, by which this procedure's result goes back."
    return Rejected("return_not_offered", vi, en, (Problem("return_by", "return_not_offered", vi, en),))


def _reception_due(draft: Draft, command: SubmitDossier) -> str | None:
    """Within so many working hours of an online submission (NĐ 45/2020: 8); at the counter it is done at once."""
    return None if command.channel == "counter" else _reception_end(draft, command.agency)


def _reception_end(draft: Draft, agency: str) -> str | None:
    limit = draft.definition.reception_limit or draft.facts.law.reception_limit
    found = due(limit, draft.now, draft.facts.calendar(agency)).at
    return moment(found) if found else None


def _person(person: Person) -> dict[str, object]:
    return {
        name: value
        for name, value in dataclasses.asdict(person).items()
        if value or name not in ("capacity", "paper")
    }
