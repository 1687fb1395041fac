"""POST /attachments: upload a paper; GET it back."""

from __future__ import annotations

import io

from flask import current_app, request, send_file

from api import answers, shapes
from api.blueprint import Blueprint, multipart
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from assembly.partners import anchors
from casework import attachments
from engine.rejection import Problem, Rejected
from store.db import db

blueprint = Blueprint("attachments", __name__, description="Papers as files")

MISSING = Problem("file", "required", "Thiếu tệp trong trường 'file'.", "Expected a file in the part 'file'.")


@blueprint.route("/attachments", methods=["POST"])
@signed_in
@blueprint.doc(requestBody=multipart("file"))
@blueprint.response(201, shapes.Attachment)
def create():
    """Keep a PDF, JPEG or PNG (judged by its content) until it is handed in with a dossier."""
    upload = request.files.get("file")
    if upload is None:
        raise Refusal(Rejected("malformed", MISSING.vi, MISSING.en, (MISSING,)))
    trust = anchors(current_app.config["SETTINGS"])
    kept = attachments.keep(
        db.session, actor(), upload.filename or "", upload.stream.read(), trust=trust, now=now()
    )
    return answers.json(answers.granted(kept), 201)


@blueprint.route("/attachments/<uuid:attachment_id>", methods=["GET"])
@signed_in
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def one(attachment_id):
    """The file, for its owner and for those who may see its dossier in full."""
    found = answers.granted(attachments.read(db.session, actor(), attachment_id, now=now()))
    return send_file(
        io.BytesIO(found.content), mimetype=found.media_type, as_attachment=True, download_name=found.name
    )
