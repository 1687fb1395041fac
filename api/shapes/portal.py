"""Shapes of answers: what an applicant does besides filing: conversation, rating, e-store, complaints."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import flag, maybe, maybe_moment, moment, some, text, whole


class Message(Schema):
    no = whole()
    at = moment()
    agency = text(description="empty: from the applicant")
    agency_name = maybe(fields.String)
    author = text()
    author_name = maybe(fields.String)
    text = maybe(fields.String, description="null: erased")
    files = some(fields.Dict())
    unread = flag()


class Conversation(Schema):
    items = some(Message)


class Rated(Schema):
    rated = flag()


class StoredPaper(Schema):
    ref = text(description="names it in a filing")
    kind = text(
        description="result, component (handed in) or own (uploaded by its owner, confirmed by nobody)"
    )
    code = text(description="of the paper; empty: another one")
    name = text()
    number = text()
    dossier = text(description="where it comes from; empty: uploaded")
    on = moment()
    valid_to = fields.Date(required=True, allow_none=True, metadata={"description": "its last day"})
    valid = flag()
    file = text(description="attachment; empty: a result, which is made on demand")
    media_type = text()
    pages = maybe(fields.Integer)


class Store(Schema):
    items = some(StoredPaper)


class PetitionSent(Schema):
    code = text()
    secret = text(description="to follow it without an account")


class PetitionStep(Schema):
    at = moment()
    what = text(
        description="received, asked, supplemented, refused, assigned, answered, published, kept, judged, escalated"
    )
    note = text()
    agency_name = text()


class Petition(Schema):
    code = text()
    kind = text(description="regulation or conduct")
    title = text()
    body = text()
    about = maybe(fields.String)
    dossier = text()
    state = text(description="received, supplement, assigned, answered or refused")
    received_at = moment()
    refuse_due_at = maybe_moment()
    supplement_due_at = maybe_moment()
    answer_due_at = maybe_moment()
    agency = maybe(fields.String, description="that is to answer")
    agency_name = maybe(fields.String)
    answer = text()
    answered_at = maybe_moment()
    published = fields.Boolean(required=True, allow_none=True, metadata={"description": "null: not decided"})
    may_publish = flag()
    liked = fields.Boolean(required=True, allow_none=True)
    steps = some(PetitionStep)


class PetitionLine(Schema):
    code = text()
    title = text()
    state = text()
    received_at = moment()
    answer_due_at = maybe_moment()
    answered_at = maybe_moment()


class Petitions(Schema):
    items = some(PetitionLine)
