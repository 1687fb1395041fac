"""Uploads in pieces, for pages: the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload), core with creation,
expiration and termination. Without JavaScript the same boxes post the file whole.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from email.utils import format_datetime

from flask import Blueprint, Response, g, request, url_for
from werkzeug.exceptions import ClientDisconnected

from assembly.clock import now
from assembly.statuses import http_status
from casework import attachments, partial
from casework.partial import Upload
from engine.actor import Actor
from engine.rejection import Rejected
from store.db import db
from web.gated import holder, public, receipt_holders, signed_in
from web.names import english

blueprint = Blueprint("resumable", __name__)

VERSION = "1.0.0"
MEDIA = "application/offset+octet-stream"
BLOCK = 64 * 1024


@blueprint.route("/tai-len", methods=["OPTIONS"], provide_automatic_options=False)
@public
def capabilities():
    """What this server understands."""
    return _answer(
        204,
        {
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,expiration,termination",
            "Tus-Max-Size": str(attachments.MAX_BYTES),
        },
    )


@blueprint.post("/tai-len")
@signed_in
def create():
    """A new upload of a length known beforehand."""
    return _create(g.actor, "resumable.upload")


@blueprint.post("/tra-cuu/tai-len")
@receipt_holders
def create_by_receipt():
    """The same for whoever holds a dossier's receipt."""
    return _create(holder(), "resumable.upload_by_receipt")


@blueprint.route(
    "/tai-len/<uuid:upload_id>", methods=["HEAD", "PATCH", "DELETE"], provide_automatic_options=False
)
@signed_in
def upload(upload_id: uuid.UUID):
    """How far it has come; the next bytes; the end of it."""
    return _upload(g.actor, upload_id)


@blueprint.route(
    "/tra-cuu/tai-len/<uuid:upload_id>", methods=["HEAD", "PATCH", "DELETE"], provide_automatic_options=False
)
@receipt_holders
def upload_by_receipt(upload_id: uuid.UUID):
    return _upload(holder(), upload_id)


def _create(owner: Actor, endpoint: str) -> Response:
    if refused := _strange():
        return refused
    length = _number("Upload-Length")
    if length is None:
        return _answer(400)
    made = partial.begin(db.session, owner, _filename(), length, now=now())
    if isinstance(made, Rejected):
        return _refused(made)
    where = url_for(endpoint, upload_id=made.id)
    return _answer(201, {"Location": where, **_expires(made)})


def _upload(owner: Actor, upload_id: uuid.UUID) -> Response:
    if refused := _strange():
        return refused
    found = partial.find(db.session, owner, upload_id, now=now())
    if isinstance(found, Rejected):
        return _refused(found)
    if request.method == "DELETE":
        partial.forget(db.session, owner, upload_id)
        return _answer(204)
    if request.method == "HEAD":
        told = {
            "Upload-Offset": str(found.offset),
            "Upload-Length": str(found.size),
            "Cache-Control": "no-store",
        }
        return _answer(200, {**told, **_expires(found)})
    return _more(owner, found)


def _more(owner: Actor, found: Upload) -> Response:
    if request.mimetype != MEDIA:
        return _answer(415)
    offset = _number("Upload-Offset")
    if offset is None:
        return _answer(400)
    if offset != found.offset:
        return _refused(partial.NOT_THERE)
    if (request.content_length or 0) > found.size - offset:
        return _refused(partial.TOO_LONG)
    done = partial.append(db.session, owner, found.id, offset, _arrived(found.size - offset), now=now())
    if isinstance(done, Rejected):
        return _refused(done)
    return _answer(204, {"Upload-Offset": str(done), **_expires(found)})


def _arrived(most: int) -> bytes:
    """The body as far as it came: what was received before the connection broke need not be sent again."""
    blocks: list[bytes] = []
    left = most + 1
    try:
        while left > 0 and (block := request.stream.read(min(BLOCK, left))):
            blocks.append(block)
            left -= len(block)
    except (ClientDisconnected, OSError):
        pass
    return b"".join(blocks)


def _strange() -> Response | None:
    """Another version of the protocol than ours."""
    return None if request.headers.get("Tus-Resumable") == VERSION else _answer(412, {"Tus-Version": VERSION})


def _number(header: str) -> int | None:
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _filename() -> str:
    """From Upload-Metadata: `filename <base64>`, other keys beside it."""
    for pair in request.headers.get("Upload-Metadata", "")[:4000].split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(value, validate=True).decode("utf-8", "replace").replace("\0", "")
            except (binascii.Error, ValueError):
                return ""
    return ""


def _expires(one: Upload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(one.expires_at, usegmt=False)}


def _refused(refused: Rejected) -> Response:
    """With the sentence for the person, in their language."""
    answer = _answer(http_status(refused.code), {"Motcua-Code": refused.code})
    answer.set_data(refused.en if english() else refused.vi)
    return answer


def _answer(status: int, headers: dict[str, str] = {}) -> Response:  # noqa: B006 (never changed)
    return Response("", status, {"Tus-Resumable": VERSION, **headers})
