"""Shapes of answers: refusals."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import some, text, whole
from assembly.statuses import STATUS_OF_CODE


class ProblemDetail(Schema):
    where = text(description="field or element")
    code = text()
    vi = text()
    en = text()


class Problem(Schema):
    """RFC 9457."""

    type = text()
    title = text()
    status = whole()
    code = text(description="stable; among others: " + ", ".join(STATUS_OF_CODE))
    detail = text(description="a sentence in Vietnamese")
    detail_en = text()
    problems = some(ProblemDetail)
    findings = fields.List(fields.Dict(), metadata={"description": "with bundle_refused"})
