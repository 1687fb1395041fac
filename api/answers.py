"""How a gate's answer becomes a response: the rejected one a problem, the accepted one its JSON with an ETag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from flask import Response, request

from api.errors import Refusal
from casework.accepted import Accepted
from engine.rejection import Rejected

T = TypeVar("T")
MALFORMED_ETAG = Rejected(
    "malformed", "Tiêu đề If-Match không đúng mẫu.", "The If-Match header is malformed."
)


def accepted(outcome: Accepted | Rejected) -> Accepted:
    """The accepted outcome. Raises the refusal otherwise; a stale If-Match is 412 by RFC 9110 §13.1.1."""
    if isinstance(outcome, Rejected):
        stale = outcome.code == "stale_version" and "If-Match" in request.headers
        raise Refusal(outcome, 412 if stale else None)
    return outcome


def granted(outcome: T | Rejected) -> T:
    """What was asked for (None: it is done). Raises the refusal otherwise."""
    if isinstance(outcome, Rejected):
        raise Refusal(outcome)
    return outcome


def json(body: Any, status: int = 200, version: int | None = None) -> Response:
    """Plain dicts straight through orjson; `version` becomes the ETag."""
    response = Response(orjson.dumps(body, default=_plain), status, content_type="application/json")
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    return response


def seen_version(body: dict[str, Any]) -> int | None:
    """The version the caller saw: If-Match, else `seen_version` of the body."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return body.get("seen_version")
    match = re.fullmatch(r'\s*"?(\d{1,18})"?\s*', header)
    if match is None:
        raise Refusal(MALFORMED_ETAG)
    return int(match[1])


def _plain(value: object) -> object:
    """Read-only mappings (a compiled form's schema) as objects; anything else is a surprise and must be loud."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
