"""Shapes of answers: batches of documents on their way to a signature."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import maybe, some, text


class SigningAsked(Schema):
    batch = fields.UUID(required=True)


class SigningItem(Schema):
    dossier = text()
    task = maybe(fields.Integer, description="whose documents are signed; null for a slip")
    paper = maybe(fields.String, description="01–04; null for a task")
    state = text(description="waiting, signed (its step is being completed), done or failed")
    problem = text(description="code, when it failed")


class SigningBatch(Schema):
    running = fields.Boolean(required=True)
    items = some(SigningItem)
