"""Shapes of answers: texts of results, and what is to be signed."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.shapes.fields import flag, maybe, maybe_moment, moment, some, text, whole


class DocumentName(Schema):
    code = text()
    name = text()


class DocumentNames(Schema):
    items = some(DocumentName)


class DocumentText(Schema):
    key = text()
    label = text()
    kind = text(description="line or paragraphs")
    text = text()


class DocumentVersion(Schema):
    number = whole()
    by = text()
    by_name = text()
    at = maybe_moment()


class Remark(Schema):
    version = whole()
    body = maybe(fields.String, description="null: erased")
    by_name = text()
    at = moment()


class Document(Schema):
    code = text()
    name = text()
    writes = flag()
    version = whole(description="0: what the dossier's data give, not saved yet")
    texts = some(DocumentText)
    versions = some(DocumentVersion)
    remarks = some(Remark)


class Piece(Schema):
    kind = text(description="same, added or removed")
    text = text()


class TextCompared(Schema):
    label = text()
    pieces = some(Piece)


class Comparison(Schema):
    items = some(TextCompared)


class TrayDocument(Schema):
    name = text()
    count = whole()


class TrayLine(Schema):
    id = whole(description="of the task")
    dossier = text()
    step = text()
    kind = text(description="sign or stamp")
    agency = text()
    role = text()
    due_at = maybe_moment()
    drafted_by = text()
    initialled_by = text()
    documents = some(TrayDocument)
    late = flag()


class Tray(Schema):
    items = some(TrayLine)


class Refused(Schema):
    code = text()
    vi = text()
    en = text()


class TrayOutcome(Schema):
    task = whole()
    dossier = text()
    problem = fields.Nested(
        Refused, required=True, allow_none=True, metadata={"description": "null: it was done"}
    )


class TrayTold(Schema):
    items = some(TrayOutcome)
