"""Shapes of answers: the one-stop counter."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import flag, maybe, maybe_moment, moment, some, text, whole


class TicketServed(Schema):
    number = whole()
    field = text(description="lĩnh vực; empty: anything")
    called_at = moment()
    called_by = text()
    officer = maybe(fields.String)


class TicketWaiting(Schema):
    number = whole()
    field = text()
    taken_at = moment()
    minutes = whole()


class TicketFigures(Schema):
    """Of today; `waited` and `service` are minutes on average."""

    taken = whole()
    waiting = whole()
    served = whole()
    absent = whole()
    waited = maybe(fields.Float)
    service = maybe(fields.Float)


class Tickets(Schema):
    serving = some(TicketServed)
    waiting = some(TicketWaiting)
    figures = fields.Nested(TicketFigures, required=True)


class TicketGiven(Schema):
    number = whole()


class TicketCalled(Schema):
    number = maybe(fields.Integer, description="null: nobody waits")


class CounterLine(Schema):
    id = whole(description="of the task")
    dossier = text()
    procedure_code = text()
    procedure = text()
    applicant = text()
    channel = text()
    submitted_at = moment()
    reception_due_at = maybe_moment()
    opened_at = moment()
    assignee = maybe(fields.String)


class CounterWork(Schema):
    items = some(CounterLine)


class PaperWaiting(Schema):
    agency = text()
    to_agency = text()
    to_name = text()
    to_role = text()
    dossiers = some(fields.String())


class HandOverList(Schema):
    id = whole()
    agency = text()
    to_agency = text()
    to_name = text()
    to_role = text()
    day = fields.Date(required=True)
    number = whole()
    made_by = text()
    made_at = moment()
    taken_by = maybe(fields.String)
    taken_at = maybe_moment()
    dossiers = whole(description="how many")
    missing = some(fields.String(metadata={"description": "codes of dossiers whose paper did not come"}))


class HandOverLists(Schema):
    items = some(HandOverList)


class HandOverRoom(HandOverLists):
    waiting = some(PaperWaiting)


class RecipientOfParcel(Schema):
    name = fields.String()
    phone = fields.String()
    address = fields.String()


class Shipment(Schema):
    id = whole()
    code = text(description="of the dossier")
    direction = text(description="pick_up (papers to us) or deliver (the result)")
    state = text(description="wanted, ordered, accepted, in_transit, delivered, failed, returned, cancelled")
    waybill = text(description="empty until the post has answered")
    recipient = fields.Nested(
        RecipientOfParcel, required=True, allow_none=True, metadata={"description": "null: erased"}
    )
    ready = flag()


class Shipments(Schema):
    items = some(Shipment)
