"""Shapes of answers: procedures, and bundles at their gate."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import flag, maybe, some, text, whole


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
    english = flag()  # only the version's English is new


class StepNamed(Schema):
    id = text(description="element id in the diagram")
    name = text()


class StepMissing(StepNamed):
    counterparts = some(StepNamed)
    likely = maybe(fields.String, description="id of the step it seems to be called now")


class Migration(Schema):
    running = whole()
    waiting = whole(description="orders not carried out yet")
    steps = some(StepMissing)


class MigrationStep(Schema):
    from_name = text()
    to_name = maybe(fields.String)


class MigrationProblem(Schema):
    code = text()
    vi = text()
    en = text()


class MigrationTry(Schema):
    dossier = text()
    possible = flag()
    steps = some(MigrationStep)
    problem = fields.Nested(MigrationProblem, required=True, allow_none=True)


class MigrationTried(Schema):
    items = some(MigrationTry)


class MigrationOrdered(Schema):
    ordered = whole()
