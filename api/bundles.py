"""Bundles: check one, publish one."""

from __future__ import annotations

from datetime import date

from flask import request

from api import answers, shapes
from api.blueprint import Blueprint, multipart
from api.errors import Refusal, problem
from api.session import actor, signed_in
from assembly.clock import local_today, now
from casework import publish
from casework.permits import FORBIDDEN
from engine.rejection import Problem, Rejected
from store.db import db

blueprint = Blueprint("bundles", __name__, description="Procedure bundles: check and publish")

MISSING = Problem(
    "bundle",
    "required",
    "Thiếu gói thủ tục (tệp zip) trong trường 'bundle'.",
    "Expected a zip in the part 'bundle'.",
)
BAD_DATE = Problem(
    "effective_from", "malformed", "Ngày hiệu lực không đúng (năm-tháng-ngày).", "Expected an ISO date."
)


@blueprint.route("/bundles/check", methods=["POST"])
@signed_in
@blueprint.doc(requestBody=multipart("bundle"))
@blueprint.response(200, shapes.Report)
def check():
    """All findings of a bundle (or of a single .bpmn, .dmn or .form); nothing is stored. For officers and admins: it is a
    second's work for us, and no applicant's business."""
    if actor().kind not in ("officer", "admin"):
        raise Refusal(FORBIDDEN)
    report = answers.granted(publish.check(*_upload()))
    return answers.json(report.to_json())


@blueprint.route("/procedures/<code>/versions", methods=["POST"])
@signed_in
@blueprint.doc(requestBody=multipart("bundle", decision_number=True, effective_from=False))
@blueprint.alt_response(
    200, schema=shapes.Published, description="Only the English of the version is new", success=True
)
@blueprint.response(201, shapes.Published)
def create(code: str):
    """Publish a version: immutable, in force for new dossiers from `effective_from` (today).

    The files of a version that is there, with another `en.po`: only its English changes (200, `english`).
    """
    _, content = _upload()
    day = request.form.get("effective_from") or local_today().isoformat()
    try:
        effective_from = date.fromisoformat(day)
    except ValueError:
        raise Refusal(Rejected("malformed", BAD_DATE.vi, BAD_DATE.en, (BAD_DATE,))) from None
    published = publish.publish(
        db.session,
        actor(),
        content,
        code=code,
        decision_number=request.form.get("decision_number", "").strip(),
        effective_from=effective_from,
        now=now(),
    )
    if isinstance(published, Rejected):
        findings = getattr(published, "findings", None)
        return problem(
            422 if findings is not None else Refusal(published).status,
            published,
            **({"findings": findings} if findings else {}),
        )
    return answers.json(published.to_json(), 200 if published.english else 201)


def _upload() -> tuple[str, bytes]:
    upload = request.files.get("bundle")
    if upload is None:
        raise Refusal(Rejected("malformed", MISSING.vi, MISSING.en, (MISSING,)))
    return upload.filename or "bundle.zip", upload.stream.read()
