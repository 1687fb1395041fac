"""Fields of answers: all required, `maybe` may be null."""

from __future__ import annotations

from typing import Any

from marshmallow import fields


def text(**said: Any) -> fields.String:
    return fields.String(required=True, metadata=said)


def maybe(kind: type[fields.Field], **said: Any) -> fields.Field:
    return kind(required=True, allow_none=True, metadata=said)


def moment() -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, format="iso")


def maybe_moment() -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, allow_none=True, format="iso")


def whole(**said: Any) -> fields.Integer:
    return fields.Integer(required=True, metadata=said)


def flag() -> fields.Boolean:
    return fields.Boolean(required=True)


def anything() -> fields.Dict:
    return fields.Dict(required=True)


def some(shape: Any) -> fields.List:
    return fields.List(fields.Nested(shape) if isinstance(shape, type) else shape, required=True)
