"""What the counter's calls are told: waiting room, lists of work, paper handed to units."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from api.schemas import Strict


class TicketTaken(Strict):
    field = fields.String(load_default="", validate=validate.Length(max=200))


class TicketFinished(Strict):
    absent = fields.Boolean(load_default=False)


class ListTaken(Strict):
    missing = fields.List(
        fields.String(validate=validate.Length(max=60)),
        load_default=list,
        validate=validate.Length(max=1000),
        metadata={"description": "codes of the dossiers on the list whose paper did not come"},
    )


class CounterQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    q = fields.String(load_default="", validate=validate.Length(max=200))
    days = fields.Integer(load_default=0, validate=validate.Range(0, 3650))
