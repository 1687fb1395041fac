"""Shapes of answers: tasks and queues."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import flag, maybe, maybe_moment, moment, some, text, whole
from api.shapes.procedures import Named


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


class TaskPage(Schema):
    items = some(TaskLine)
    next = maybe(fields.String)


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


class DossierAfter(Schema):
    code = text()
    status = text()
    due_at = maybe_moment()


class Completed(Schema):
    task = fields.Nested(TaskState, required=True)
    dossier = fields.Nested(DossierAfter, required=True)
    opened = some(TaskState)
