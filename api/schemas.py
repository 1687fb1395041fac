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


class Scanned(Component):
    matched = fields.List(
        fields.Integer(validate=validate.Range(0, 999)),
        load_default=list,
        metadata={
            "description": "for each attachment the original (from 1) that it is a scan of, 0 for none"
        },
    )


class Counted(Strict):
    components = fields.List(fields.Nested(Scanned), required=True, validate=validate.Length(1, 200))


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


class DraftBegun(Strict):
    procedure = fields.String(required=True, validate=validate.Length(max=40))
    agency = fields.String(required=True, validate=validate.Length(max=40))
    mandate = fields.String(load_default="", validate=validate.Length(max=40))
    earlier = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"description": "a dossier of the caller's whose answers are taken over"},
    )
    answers = fields.Dict(keys=fields.String(), load_default=dict)


class Returning(Strict):
    way = fields.String(required=True, validate=validate.OneOf(["counter", "electronic", "post"]))
    name = fields.String(validate=validate.Length(max=300))
    phone = fields.String(validate=validate.Length(max=300))
    address = fields.String(validate=validate.Length(max=300))


class DraftKept(Strict):
    answers = fields.Dict(keys=fields.String())
    papers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=100)),
        values=fields.List(fields.String(validate=validate.Length(max=64)), validate=validate.Length(max=20)),
        metadata={"description": "files by component"},
    )
    agency = fields.String(validate=validate.Length(max=40))
    returning = fields.Nested(Returning)


TASKS = fields.List(
    fields.Integer(validate=validate.Range(0, 2**62)), required=True, validate=validate.Length(1, 100)
)


class TraySentBack(Strict):
    tasks = TASKS
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class DocumentSaved(Strict):
    texts = fields.Dict(
        keys=fields.String(validate=validate.Length(max=100)),
        values=fields.String(validate=validate.Length(max=100_000)),
        required=True,
    )
    seen = fields.Integer(load_default=None, allow_none=True)


class Receiver(Strict):
    relation = fields.String(
        required=True, validate=validate.OneOf(["applicant", "beneficiary", "authorised"])
    )
    name = fields.String(load_default="", validate=validate.Length(max=200))
    id_number = fields.String(load_default="", validate=validate.Length(max=20))
    authority = fields.String(load_default="", validate=validate.Length(max=300))
    identified = fields.Boolean(load_default=False)
    drawn = fields.List(
        fields.List(fields.List(fields.Integer())),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=1000),
        metadata={"description": "the signature as strokes of points within 600 × 200"},
    )
    typed = fields.String(load_default="", validate=validate.Length(max=200))


class Seen(Strict):
    seen_version = fields.Integer(load_default=None, allow_none=True)


class HandOut(Seen):
    outcome = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    note = fields.String(load_default="", validate=validate.Length(max=2000))
    receiver = fields.Nested(
        Receiver,
        load_default=None,
        allow_none=True,
        metadata={"description": "who came for a result; not needed where it goes by post or online"},
    )
    returned = fields.List(fields.String(validate=validate.Length(max=100)), load_default=list)


class Completion(HandOut):
    components = fields.List(fields.Nested(Component), load_default=list, validate=validate.Length(max=200))
    ticked = fields.List(
        fields.Integer(validate=validate.Range(1, 999)),
        load_default=list,
        validate=validate.Length(max=999),
        metadata={"description": "of a supplement request: the items that the answer covers, from 1"},
    )
    without_opinions = fields.Boolean(
        load_default=False, metadata={"description": "take back questions that are still open"}
    )


class Reason(Seen):
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class Repair(Reason):
    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 10**6))


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


class MessageGiven(Strict):
    text = fields.String(required=True, validate=validate.Length(max=4000))
    attachments = fields.List(
        fields.String(validate=validate.Length(max=64)), load_default=list, validate=validate.Length(max=5)
    )


class Rating(Strict):
    level = fields.String(required=True, validate=validate.OneOf(["RHL", "HL", "BT", "KHL", "RKHL"]))
    comment = fields.String(load_default="", validate=validate.Length(max=1000))


class PetitionGiven(Strict):
    kind = fields.String(required=True, validate=validate.OneOf(["regulation", "conduct"]))
    title = fields.String(required=True, validate=validate.Length(max=200))
    body = fields.String(required=True, validate=validate.Length(max=5000))
    name = fields.String(required=True, validate=validate.Length(max=200))
    phone = fields.String(load_default="", validate=validate.Length(max=20))
    email = fields.String(load_default="", validate=validate.Length(max=200))
    address = fields.String(load_default="", validate=validate.Length(max=500))
    dossier = fields.String(load_default="", validate=validate.Length(max=60))
    about = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    may_publish = fields.Boolean(load_default=False)


class PetitionSecret(Strict):
    code = fields.String(required=True, validate=validate.Length(max=30))
    secret = fields.String(required=True, validate=validate.Length(max=20))


class PetitionAgency(Strict):
    agency = fields.String(required=True, validate=validate.Length(max=40))


class Words(Strict):
    words = fields.String(required=True, validate=validate.Length(max=5000))


class Judgement(Strict):
    liked = fields.Boolean(required=True)


class Publication(Strict):
    publish = fields.Boolean(required=True)


class Question(Seen):
    agency = fields.String(required=True, validate=validate.Length(max=40))
    role = fields.String(required=True, validate=validate.Length(max=60))
    question = fields.String(required=True, validate=validate.Length(max=4000))
    limit = fields.String(
        required=True,
        validate=validate.Length(max=40),
        metadata={"description": "in working time: `2 working_day`, `4 working_hour`"},
    )


class OpinionAnswer(Seen):
    answer = fields.String(required=True, validate=validate.Length(max=4000))


class Delegation(Seen):
    to = fields.String(required=True, validate=validate.Length(max=150))
    words = fields.String(load_default="", validate=validate.Length(max=2000))


class PassingOn(Reason):
    to = fields.String(required=True, validate=validate.Length(max=150))


class HandBack(Seen):
    words = fields.String(load_default="", validate=validate.Length(max=2000))


class Pin(Strict):
    pin = fields.String(required=True, validate=validate.Length(max=64))


class TasksSigned(Pin):
    tasks = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 2**63 - 1)),
        required=True,
        validate=validate.Length(max=1000),
    )


class NoteGiven(Strict):
    agency = fields.String(required=True, validate=validate.Length(max=40))
    text = fields.String(required=True, validate=validate.Length(max=4000))


class SubstitutionGiven(Strict):
    absent = fields.String(required=True, validate=validate.Length(max=150))
    substitute = fields.String(required=True, validate=validate.Length(max=150))
    agency = fields.String(required=True, validate=validate.Length(max=40))
    role = fields.String(required=True, validate=validate.Length(max=60))
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)


VERSION = validate.Range(1, 2**31 - 1)


class MigrationTrial(Strict):
    to = fields.Integer(required=True, validate=VERSION)
    renamed = fields.Dict(
        keys=fields.String(validate=validate.Length(max=200)),
        values=fields.String(validate=validate.Length(max=200)),
        load_default=dict,
        metadata={"description": "steps with another id in that version: old id → new id"},
    )


class MigrationOrder(MigrationTrial):
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class MigrationQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    to = fields.Integer(load_default=None, allow_none=True, validate=VERSION)


class Revocation(Ground):
    replaced_by = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "check code of the result that takes its place"},
    )


class PerformanceQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    days = fields.Integer(load_default=30, validate=validate.Range(1, 366))


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


class ComparisonQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    older = fields.Integer(required=True, validate=validate.Range(0, 2**31 - 1))
    newer = fields.Integer(required=True, validate=validate.Range(0, 2**31 - 1))


class TaskQuery(PageQuery):
    queue = fields.String(required=True, validate=validate.Regexp(r"^[^:]{1,40}:[^:]{1,60}$"))
    filter = fields.String(
        load_default="all", validate=validate.OneOf(["all", "new", "due_soon", "overdue", "mine", "offered"])
    )
