"""Shapes of answers: who calls."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import maybe, moment, some, text


class Post(Schema):
    agency = text()
    role = text()
    unit = maybe(fields.String)


class Account(Schema):
    username = text()
    name = text()
    kind = text()
    posts = some(Post)


class TokenGiven(Schema):
    token = text()
    token_type = text()
    expires_at = moment()
    account = fields.Nested(Account, required=True)
