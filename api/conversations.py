"""What applicant and officers write to each other on a dossier, its rating, and the applicant's e-store."""

from __future__ import annotations

from typing import Any

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import local_today, now
from casework import conversation, estore, gate, looks, ratings
from engine.commands import PostToConversation
from store.db import db
from store.queries import dossiers

blueprint = Blueprint("conversations", __name__, description="Conversation, rating, e-store")


@blueprint.route("/dossiers/<code>/conversation", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Conversation)
def read(code: str):
    """Oldest first; reading marks it read. Empty for agencies that know the course only."""
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    looks.record(db.session, actor(), "api/conversation", [code], now=now())
    return answers.json({"items": conversation.read(db.session, actor(), row)})


@blueprint.route("/dossiers/<code>/conversation", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.MessageGiven)
@blueprint.response(201, shapes.Conversation)
def say(body: dict[str, Any], code: str):
    """Write to the other side, with files uploaded before; answered by the conversation as it then is."""
    said = PostToConversation(actor(), body["text"], tuple(body["attachments"]))
    answers.accepted(gate.handle(db.session, code, said, now=now()))
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    return answers.json({"items": conversation.read(db.session, actor(), row)}, 201)


@blueprint.route("/dossiers/<code>/rating", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Rating)
@blueprint.response(201, shapes.Rated)
def rate(body: dict[str, Any], code: str):
    """The applicant's word on how the dossier was handled, once; no rating can be traced to a dossier or person."""
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    if row["sight"] != "own":
        raise Refusal(dossiers.UNKNOWN)
    answers.granted(ratings.rate(db.session, row, body["level"], body["comment"], now=now()))
    return answers.json({"rated": True}, 201)


@blueprint.route("/store", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Store)
def store():
    """The caller's personal e-store, newest first."""
    found = estore.of(db.session, actor(), own=True)
    seen = sorted({one.dossier for one in found if one.dossier})
    looks.record(db.session, actor(), "api/store", seen, now=now())
    told = (
        "ref",
        "kind",
        "code",
        "name",
        "number",
        "dossier",
        "on",
        "valid_to",
        "file",
        "media_type",
        "pages",
    )
    today = local_today()
    rows = [{name: getattr(one, name) for name in told} | {"valid": one.valid(today)} for one in found]
    return answers.json({"items": rows})
