"""Shapes of request bodies (checked) and answers (documented) of docs/dialect.md §5."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate


class Strict(Schema):
    """Unknown keys are refused, by name."""


class Token(Strict):
    username = fields.String(required=True, validate=validate.Length(max=150))
    password = fields.String(required=True, validate=validate.Length(max=1000), load_only=True)


class Person(Strict):
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    kind = fields.String(
        load_default="citizen",
        validate=validate.OneOf(["citizen", "business", "organisation", "state_agency", "other"]),
    )
    id_number = fields.String(load_default="", validate=validate.Length(max=20))
    phone = fields.String(load_default="", validate=validate.Length(max=20))
    email = fields.String(load_default="", validate=validate.Length(max=200))
    address = fields.String(load_default="", validate=validate.Length(max=500))


class Component(Strict):
    code = fields.String(required=True, validate=validate.Length(max=100))
    attachments = fields.List(fields.String(validate=validate.Length(max=64)), load_default=list)
    originals = fields.Integer(load_default=0, validate=validate.Range(0, 999))
    certified = fields.Integer(load_default=0, validate=validate.Range(0, 999))
    copies = fields.Integer(load_default=0, validate=validate.Range(0, 999))
    pages = fields.Integer(load_default=0, validate=validate.Range(0, 9999))
    kept = fields.Boolean(load_default=False)


class Recipient(Strict):
    name = fields.String(load_default="", validate=validate.Length(max=300))
    phone = fields.String(load_default="", validate=validate.Length(max=300))
    address = fields.String(load_default="", validate=validate.Length(max=300))


class Submission(Strict):
    procedure = fields.String(required=True, validate=validate.Length(max=40))
    agency = fields.String(required=True, validate=validate.Length(max=40))
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    applicant = fields.Nested(Person, load_default=None, allow_none=True)
    beneficiary = fields.Nested(Person, load_default=None, allow_none=True)
    payer = fields.Nested(Person, load_default=None, allow_none=True)
    via = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    components = fields.List(fields.Nested(Component), load_default=list, validate=validate.Length(max=200))
    channel = fields.String(load_default="online", validate=validate.OneOf(["online", "counter", "post"]))
    return_by = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["counter", "electronic", "post"])
    )
    post = fields.Nested(Recipient, load_default=None, allow_none=True)


class Seen(Strict):
    seen_version = fields.Integer(load_default=None, allow_none=True)


class Completion(Seen):
    outcome = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    components = fields.List(fields.Nested(Component), load_default=list, validate=validate.Length(max=200))
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class Reason(Seen):
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class Payment(Strict):
    """Money over the counter, or seen on the agency's account."""

    amount_vnd = fields.Integer(required=True, validate=validate.Range(1, 10**12))
    method = fields.String(load_default="cash", validate=validate.OneOf(["cash", "transfer"]))
    payer = fields.String(load_default="", validate=validate.Length(max=200))


class Ground(Strict):
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class Nothing(Strict):
    """An empty object."""


class Assignment(Seen):
    to = fields.String(required=True, validate=validate.Length(max=150))


class Reroute(Reason):
    agency = fields.String(required=True, validate=validate.Length(max=40))
    role = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))


class Return(Reason):
    to_element = fields.String(required=True, validate=validate.Length(max=200))


class Extension(Reason):
    days = fields.Integer(required=True, validate=validate.Range(1, 365))


class Apology(Reason):
    new_due_on = fields.Date(required=True)


class PageQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    q = fields.String(load_default="", validate=validate.Length(max=200))
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=400))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class ProcedureQuery(PageQuery):
    level = fields.String(load_default="", validate=validate.Length(max=20))
    field = fields.String(load_default="", validate=validate.Length(max=200))


class DossierQuery(PageQuery):
    status = fields.String(load_default="", validate=validate.Length(max=20))
    agency = fields.String(load_default="", validate=validate.Length(max=40))


class TaskQuery(PageQuery):
    queue = fields.String(required=True, validate=validate.Regexp(r"^[^:]{1,40}:[^:]{1,60}$"))
    filter = fields.String(
        load_default="all", validate=validate.OneOf(["all", "new", "due_soon", "overdue", "mine", "offered"])
    )
