"""Shapes of answers: drafts of filings, and what a filing would come to."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import anything, maybe, maybe_moment, moment, some, text, whole
from api.shapes.money import Charge


class DraftLine(Schema):
    id = text()
    procedure_code = text()
    procedure_name = text()
    agency = text()
    updated_at = moment()


class Drafts(Schema):
    items = some(DraftLine)


class Draft(Schema):
    id = text()
    procedure_code = text()
    agency = text()
    mandate = maybe(fields.String, description="by which the caller acts for somebody else")
    answers = anything()
    sources = anything()
    papers = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "files by component"},
    )
    returning = anything()
    filed = maybe(fields.String, description="the dossier that it became")


class VersionOfProcedure(Schema):
    code = text()
    version = whole()


class DossierCheck(Schema):
    """Nothing was filed. `due_at`: if it were received at this moment as it is."""

    procedure = fields.Nested(VersionOfProcedure, required=True)
    due_vnd = whole()
    charges = some(Charge)
    reception_due_at = maybe_moment()
    due_at = maybe_moment()
