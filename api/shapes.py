"""Shapes of answers, for the OpenAPI document; the tests hold every answer against them (docs/dialect.md §5).

Answers are plain dicts and are not serialised through these: lists of tasks must stay fast.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from assembly.statuses import STATUS_OF_CODE


def text(**said: Any) -> fields.String:
    return fields.String(required=True, metadata=said)


def maybe(kind: type[fields.Field], **said: Any) -> fields.Field:
    return kind(required=True, allow_none=True, metadata=said)


def moment() -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, format="iso")


def maybe_moment() -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, allow_none=True, format="iso")


def whole(**said: Any) -> fields.Integer:
    return fields.Integer(required=True, metadata=said)


def flag() -> fields.Boolean:
    return fields.Boolean(required=True)


def anything() -> fields.Dict:
    return fields.Dict(required=True)


def some(shape: Any) -> fields.List:
    return fields.List(fields.Nested(shape) if isinstance(shape, type) else shape, required=True)


class ProblemDetail(Schema):
    where = text(description="field or element")
    code = text()
    vi = text()
    en = text()


class Problem(Schema):
    """RFC 9457."""

    type = text()
    title = text()
    status = whole()
    code = text(description="stable; among others: " + ", ".join(STATUS_OF_CODE))
    detail = text(description="a sentence in Vietnamese")
    detail_en = text()
    problems = some(ProblemDetail)
    findings = fields.List(fields.Dict(), metadata={"description": "with bundle_refused"})


class Post(Schema):
    agency = text()
    role = text()
    unit = maybe(fields.String)


class Account(Schema):
    username = text()
    name = text()
    kind = text()
    posts = some(Post)


class TokenGiven(Schema):
    token = text()
    token_type = text()
    expires_at = moment()
    account = fields.Nested(Account, required=True)


class TimeLimit(Schema):
    amount = whole()
    unit = text()
    same_day = fields.Boolean()
    cut_off = fields.String(allow_none=True)
    cut_off_effect = fields.String(allow_none=True)


class ProcedureLine(Schema):
    code = text()
    name = text()
    name_en = text()
    version = whole()
    level = text()
    field = text()
    online_level = whole()
    summary = text()
    time_limit = fields.Nested(TimeLimit, required=True, allow_none=True)


class ProcedurePage(Schema):
    items = some(ProcedureLine)
    next = maybe(fields.String, description="cursor of the next page")


class Named(Schema):
    code = text()
    name = text()


class Procedure(ProcedureLine):
    field_code = text()
    audience = some(fields.String())
    keywords = some(fields.String())
    illustrative = some(fields.String())
    life_events = some(fields.String())
    identity_level = whole(description="how surely the applicant must be known, 0 to 3")
    return_by = fields.List(
        fields.String(), required=True, metadata={"description": "counter, electronic, post"}
    )
    suggested = some(fields.Dict(metadata={"description": "when (FEEL over need), because, because_en"}))
    components = some(fields.Dict())
    fees = some(fields.Dict())
    results = some(fields.Dict())
    legal_basis = some(fields.Dict())
    decision_number = text()
    effective_from = fields.Date(required=True)
    digest = text()
    receiving = some(Named)
    form = maybe(fields.Dict, description="form-js schema of the declaration")


class Attachment(Schema):
    id = fields.UUID(required=True)
    name = text()
    media_type = text()
    size = whole()
    sha256 = text()
    pages = maybe(fields.Integer)


class ProcedureOfDossier(Named):
    version = whole()


class DossierLine(Schema):
    code = text()
    procedure = fields.Nested(ProcedureOfDossier, required=True)
    agency = text()
    status = text()
    status_code = whole(description="national code 1–10")
    sub_status = text()
    submitted_at = moment()
    received_at = maybe_moment()
    due_at = maybe_moment()
    ended_at = maybe_moment()
    applicant_name = text()


class DossierPage(Schema):
    items = some(DossierLine)
    next = maybe(fields.String)


class StepOfTask(Schema):
    id = text(description="element id in the diagram")
    name = text()
    kind = text()


class Outcome(Schema):
    code = text()
    vi = text()
    en = text()


class Done(Schema):
    at = moment()
    by = maybe(fields.String)
    by_name = fields.String(allow_none=True)
    outcome = maybe(fields.String)
    silent = flag()


class TaskState(Schema):
    """A task as a command left it."""

    id = whole()
    dossier = text()
    procedure = fields.Nested(Named)
    step = fields.Nested(StepOfTask)
    status = text(description="open, offered, refused, claimed, done, cancelled")
    agency = fields.String()
    role = fields.String()
    assignee = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(format="iso")
    due_at = fields.AwareDateTime(format="iso", allow_none=True)
    dossier_due_at = fields.AwareDateTime(format="iso", allow_none=True)
    offered_by = fields.String(allow_none=True)
    version = maybe(fields.Integer)
    item = fields.Raw(allow_none=True, metadata={"description": "the loop's item, in multi-instance"})
    outcomes = fields.List(fields.Nested(Outcome))
    done = fields.Nested(Done, allow_none=True)


class TaskLine(TaskState):
    assignee_name = text()
    applicant = text()


class TaskOfDossier(TaskLine):
    agency_name = maybe(fields.String)
    role_name = maybe(fields.String)


class TaskPage(Schema):
    items = some(TaskLine)
    next = maybe(fields.String)


class PastStep(Schema):
    id = whole()
    element_id = text()
    name = text()
    kind = text()
    agency = text()
    agency_name = maybe(fields.String)
    opened_at = moment()
    due_at = maybe_moment()
    ended_at = maybe_moment()
    outcome = maybe(fields.String)
    silent = flag()
    live = flag()


class FeeDue(Schema):
    code = text()
    name = text()
    amount_vnd = whole()
    when = whole()
    paid = flag()


class PaperIssued(Schema):
    code = text(description="01–06 of TT 01/2018")
    at = moment()


class Result(Schema):
    code = text()
    name = text()
    stage = text()
    number = maybe(fields.String)
    signer = maybe(fields.String)
    signed_at = maybe_moment()
    handed_at = maybe_moment()
    digest = fields.String(allow_none=True, metadata={"description": "of the text that was signed"})
    file = fields.String(metadata={"description": "sha256 of the signed PDF; empty: signed on paper"})
    issued_on = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True, metadata={"description": "the last day; null: for good"})
    revoked_at = maybe_moment()
    replaced_by = fields.String(metadata={"description": "check code of the result in its place"})
    check_code = fields.String(allow_none=True, metadata={"description": "for /kiem-tra/{code}"})


class Incident(Schema):
    """Why a dossier stands still until an admin repairs it."""

    code = text()
    element = fields.String(allow_none=True)
    vi = fields.String()
    en = fields.String()


class Supplement(Schema):
    number = whole()
    task_id = whole()
    requested_at = moment()
    answer_by = maybe_moment()
    answered_at = maybe_moment()
    ticked = fields.List(fields.Integer(), required=True, allow_none=True)  # items marked as answered
    request = maybe(fields.Dict)
    form = maybe(fields.String)  # the e-form that `request` is of


class ComponentGiven(Schema):
    code = text()
    name = text()
    given_by_form = flag()
    attachments = some(fields.Dict())
    originals = whole()
    certified = whole()
    copies = whole()
    pages = whole(description="sheets on paper")
    kept = flag()
    digitised = whole(description="0 not digitised, 1 scanned, 2 reused from a paper, 3 reused from a result")
    source = text(description="what was reused")


class Dossier(DossierLine):
    """Of other agencies' dossiers only the course: no answers, no papers, no persons."""

    agency = fields.Nested(Named, required=True)
    id = whole()
    sight = text(description="full, own or course")
    original_due_at = maybe_moment()
    promised_on = fields.Date(required=True, allow_none=True)
    overdue = flag()
    paused_since = maybe_moment()
    reception_due_at = maybe_moment()
    version = whole()
    closed = flag()
    end_kind = maybe(fields.String)
    channel = text()
    return_by = maybe(
        fields.String,
        description="counter, electronic or post: how the applicant wishes to receive the result",
    )
    tasks = some(TaskOfDossier)
    steps = some(PastStep)
    fees = some(FeeDue)
    papers = some(PaperIssued)
    results = some(Result)
    incident = fields.Nested(Incident, required=True, allow_none=True)
    applicant = maybe(fields.Dict)
    beneficiary = fields.Dict(allow_none=True)
    representative = fields.Dict(allow_none=True)
    payer = fields.Dict(allow_none=True)
    via = fields.Nested(Named, required=True, allow_none=True)
    answers = anything()
    variables = fields.Dict()
    components = some(ComponentGiven)
    supplement = fields.Nested(Supplement, allow_none=True)
    secret = fields.String()


class LogRow(Schema):
    seq = whole()
    at = moment()
    by = text()
    by_name = text()
    by_kind = text()
    command = text()
    events = some(fields.Dict())
    hash = text()


class Log(Schema):
    items = some(LogRow)


class Deadline(Schema):
    due_at = maybe_moment()
    original_due_at = maybe_moment()
    limit = fields.Nested(TimeLimit, required=True, allow_none=True)
    started_at = maybe_moment()
    calendar = maybe(fields.Dict)
    pauses = some(fields.Dict())
    extensions = some(fields.Dict())
    intervals = some(fields.Dict())


class Counts(Schema):
    open = whole()
    new = whole()
    due_soon = whole()
    overdue = whole()
    mine = whole()
    offered = whole()


class Queue(Schema):
    queue = text(description="<agency>:<role>")
    agency = fields.Nested(Named, required=True)
    role = text()
    role_name = text()
    role_name_en = text()
    counts = fields.Nested(Counts, required=True)


class Queues(Schema):
    items = some(Queue)


class Task(TaskLine):
    dossier_id = whole()
    procedure_version = whole()
    from_task = maybe(fields.Integer)
    note = maybe(fields.String)
    applicant_account = fields.String(allow_none=True)
    agency_name = maybe(fields.String)
    role_name = maybe(fields.String)
    queue = text()
    offered_by_name = maybe(fields.String)
    refusal_reason = text()
    form_key = maybe(fields.String)
    form = maybe(fields.Dict, description="form-js schema of the step")
    answers = anything()
    dossier_detail = fields.Nested(Dossier, required=True, allow_none=True)


class DossierAfter(Schema):
    code = text()
    status = text()
    due_at = maybe_moment()


class Completed(Schema):
    task = fields.Nested(TaskState, required=True)
    dossier = fields.Nested(DossierAfter, required=True)
    opened = some(TaskState)


class Finding(Schema):
    rule = text()
    severity = text(description="error or warning")
    file = text()
    element = maybe(fields.String)
    vi = text()
    en = text()
    page = text()
    trace = some(fields.String())


class Report(Schema):
    accepted = flag()
    findings = some(Finding)
    code = maybe(fields.String)
    version = maybe(fields.Integer)
    digest = maybe(fields.String)


class Published(Schema):
    code = text()
    version = whole()
    digest = text()
    effective_from = fields.Date(required=True)


class PaymentNoticed(Schema):
    code = text(
        description="00 recorded, 01 unknown, 02 recorded before, 04 other amount, 97 checksum, 99 again"
    )
    reference = text()


class Taken(Schema):
    taken = flag()
