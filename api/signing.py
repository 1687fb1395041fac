"""Signing by key: documents of tasks, slips of a dossier; one PIN, a batch that a worker carries out, and how far it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from casework import looks
from casework.documents import signing, slips
from engine.rejection import Rejected
from store.db import db
from store.queries import documents

blueprint = Blueprint("signing", __name__, description="Documents and slips signed by key")


@blueprint.route("/signing", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.TasksSigned)
@blueprint.response(202, shapes.SigningAsked)
def sign(body: dict[str, Any]):
    """Have the documents of signing and stamping tasks signed; unclaimed ones are claimed. `GET /signing/{batch}` says how
    far it is."""
    secret = current_app.config["SETTINGS"].secret_key
    return _asked(signing.ask(db.session, actor(), body["tasks"], body["pin"], secret=secret, now=now()))


@blueprint.route("/dossiers/<code>/papers/<paper>/sign", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Pin)
@blueprint.response(202, shapes.SigningAsked)
def sign_slip(body: dict[str, Any], code: str, paper: str):
    """Have a slip (01–04) signed by who gave it, or by a leader where nobody did; one that waits for the agency's seal is
    sealed."""
    secret = current_app.config["SETTINGS"].secret_key
    return _asked(slips.ask(db.session, actor(), {code: [paper]}, body["pin"], secret=secret, now=now()))


@blueprint.route("/signing/<uuid:batch>", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.SigningBatch)
def batch(batch: UUID):
    """What became of each document of a batch that the caller asked for."""
    items = documents.progress(db.session, actor().id, batch)
    if items is None:
        raise Refusal(signing.NO_BATCH)
    looks.record(db.session, actor(), "api/signing", sorted({one["dossier"] for one in items}), now=now())
    return answers.json({"running": any(one["state"] == "waiting" for one in items), "items": items})


def _asked(answer: UUID | Rejected):
    return answers.json({"batch": str(answers.granted(answer))}, 202)
