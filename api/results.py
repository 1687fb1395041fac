"""What a dossier comes to on paper: statutory papers and signed results as PDF, a result revoked."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import current_app, send_file

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from casework import gate, looks, printing
from casework.documents import publicly
from engine.commands import RevokeResult
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers

blueprint = Blueprint("results", __name__, description="Papers and results of dossiers")
APPLICANTS = ("01", "02", "03", "04")  # papers that are addressed to the applicant
PDF = {"type": "string", "format": "binary"}


@blueprint.route("/dossiers/<code>/papers/<paper>", methods=["GET"])
@signed_in
@blueprint.response(200, PDF, content_type="application/pdf")
def paper(code: str, paper: str):
    """A statutory paper that was issued, as PDF; its code stands in the dossier's `papers`. The control slip (05) is the
    officers'."""
    if actor().kind == "applicant" and paper not in APPLICANTS:
        raise Refusal(printing.NOT_ISSUED)
    return _pdf(code, f"api/paper/{paper}", printing.of_dossier, paper)


@blueprint.route("/dossiers/<code>/results/<result>", methods=["GET"])
@signed_in
@blueprint.response(200, PDF, content_type="application/pdf")
def one(code: str, result: str):
    """A signed result as PDF, byte for byte as it was signed; its code stands in the dossier's `result`."""
    return _pdf(code, f"api/result/{result}", printing.result_of_dossier, result)


@blueprint.route("/dossiers/<code>/results/<result>/revoke", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Revocation)
@blueprint.response(200, shapes.Dossier)
def revoke(body: dict[str, Any], code: str, result: str):
    """A result counts no more, with the reason; the public check says so at once. By a leader of the agency."""
    instead = answers.granted(publicly.replacement(db.session, body["replaced_by"]))
    order = RevokeResult(actor(), result, body["reason"], instead)
    answers.accepted(gate.handle(db.session, code, order, now=now()))
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    return answers.json(row, version=row["version"])


def _pdf(code: str, look: str, make: Callable[..., bytes | Rejected], what: str):
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    looks.record(db.session, actor(), look, [code], now=now())
    content = answers.granted(
        make(db.session, row, what, public_url=current_app.config["SETTINGS"].public_url, now=now())
    )
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{code}-{what}.pdf")
