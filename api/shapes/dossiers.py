"""Shapes of answers: dossiers, their papers and their log; a task with its dossier."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import anything, flag, maybe, maybe_moment, moment, some, text, whole
from api.shapes.money import FeeDue
from api.shapes.procedures import Named, TimeLimit
from api.shapes.tasks import TaskLine


class Attachment(Schema):
    id = fields.UUID(required=True)
    name = text()
    media_type = text()
    size = whole()
    sha256 = text()
    pages = maybe(fields.Integer)
    signatures = maybe(
        fields.Dict, description="of a signed PDF: verdict, and of each signature who, when and its standing"
    )


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
    paused_since = maybe_moment()
    ended_at = maybe_moment()
    applicant_name = text()


class DossierPage(Schema):
    items = some(DossierLine)
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


class PaperIssued(Schema):
    code = text(description="01–06 of TT 01/2018")
    at = moment()
    number = text(description="of the agency's book, on 02–04")
    seq = whole(description="of the log row that issued it")
    state = text(description="unsigned, waiting (to be signed by key), done (signed), failed")
    problem = text(description="code, when signing failed")
    file = text(description="sha256 of the signed PDF; empty: signed on paper")
    agency = text(description="that issues it, where it waits in its tray")
    waits_for = text(description="signature (of a leader: nobody gave it), seal, or empty")
    signed_at = maybe_moment()


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


class Standing(DossierLine):
    incident = fields.Nested(Incident, required=True)


class Incidents(Schema):
    items = some(Standing)


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


class TaskOfDossier(TaskLine):
    agency_name = maybe(fields.String)
    role_name = maybe(fields.String)


class Dossier(DossierLine):
    """Of other agencies' dossiers only the course: no answers, no papers, no persons."""

    agency = fields.Nested(Named, required=True)
    id = whole()
    sight = text(description="full, own or course")
    original_due_at = maybe_moment()
    promised_on = fields.Date(required=True, allow_none=True)
    overdue = flag()
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


class DayOfLooks(Schema):
    day = fields.Date(required=True)
    who = text()
    agency = maybe(fields.String)
    opened = whole()
    files = whole()
    listed = whole()
    last = moment()


class Looks(Schema):
    items = some(DayOfLooks)


class Deadline(Schema):
    due_at = maybe_moment()
    original_due_at = maybe_moment()
    limit = fields.Nested(TimeLimit, required=True, allow_none=True)
    started_at = maybe_moment()
    calendar = maybe(fields.Dict)
    pauses = some(fields.Dict())
    extensions = some(fields.Dict())
    intervals = some(fields.Dict())
