"""The API's blueprint: bodies are strict JSON, and every operation tells who may call it and how it refuses."""

from __future__ import annotations

import re
from typing import Any

import flask_smorest
import orjson
from flask import Request, abort
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request

from api.errors import Refusal
from casework.errors import UNFIT_TEXT

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # an escape, not the words backslash and u0000


IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "ETag of the version the caller saw; 412 if it has changed",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


class StrictJson(FlaskParser):
    """JSON by RFC 8259 and no more: no NaN, no lone surrogates, no bottomless nesting, no other media type."""

    def _raw_load_json(self, req: Request) -> Any:
        data = req.get_data(cache=True)
        if not is_json_request(req):
            return abort(415) if data.strip() else core.missing
        if NUL.search(data):
            raise Refusal(UNFIT_TEXT)
        try:
            return orjson.loads(data) if data.strip() else core.missing
        except orjson.JSONDecodeError:
            return abort(400)


class Blueprint(flask_smorest.Blueprint):
    ARGUMENTS_PARSER = StrictJson()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_tell_who)


def multipart(part: str, **fields: bool) -> dict[str, Any]:
    """OpenAPI of an upload: the file's part, and text fields (True: required)."""
    properties = {part: {"type": "string", "format": "binary"}} | {
        name: {"type": "string"} for name in fields
    }
    required = [part, *(name for name, needed in fields.items() if needed)]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _tell_who(doc: dict[str, Any], told: dict[str, Any], **_: Any) -> dict[str, Any]:
    """`public` operations need no token (api.session marks them)."""
    return doc | {"security": [] if told.get("public") else [{"bearer": []}]}
