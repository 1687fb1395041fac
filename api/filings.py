"""Before there is a dossier: drafts of an applicant's filings, and a filing tried out without being filed."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.dossiers import filed_as
from api.errors import Refusal
from api.payments import charges
from api.session import actor, signed_in
from assembly.clock import local_today, now
from casework import drafts, errors, filing
from casework.drafts import Kept
from casework.permits import FORBIDDEN
from engine.rejection import Rejected
from store.db import db
from store.queries import catalogue

blueprint = Blueprint("filings", __name__, description="Drafts of filings, and filings tried out")

NO_DRAFT = Rejected("unknown_draft", "Không có bản nháp này.", "There is no such draft.")
FILED = Rejected(
    "draft_filed", "Bản nháp này đã thành hồ sơ.", "Expected a draft that has not become a dossier."
)


@blueprint.route("/drafts", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Drafts)
def index():
    """The caller's filings that were begun and not yet filed, the last touched first."""
    _applicant()
    told = ("id", "procedure_code", "procedure_name", "agency", "updated_at")
    return answers.json(
        {"items": [{name: row[name] for name in told} for row in drafts.mine(db.session, actor())]}
    )


@blueprint.route("/drafts", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.DraftBegun)
@blueprint.response(201, shapes.Draft)
def begin(body: dict[str, Any]):
    """Begin a filing with what is known beforehand; what the body answers stands before it."""
    procedure = catalogue.procedure(db.session, body["procedure"], today=local_today())
    if procedure is None:
        raise Refusal(errors.UNKNOWN_PROCEDURE)
    told = {name: body[name] for name in ("mandate", "earlier", "answers")}
    begun = answers.granted(filing.begin(db.session, actor(), procedure, body["agency"], **told, now=now()))
    return answers.json(_told(_kept(uuid.UUID(begun))), 201)


@blueprint.route("/drafts/<uuid:draft_id>", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Draft)
def one(draft_id: uuid.UUID):
    """The draft as it was last kept; `filed` is the dossier that it became."""
    return answers.json(_told(_kept(draft_id)))


@blueprint.route("/drafts/<uuid:draft_id>", methods=["PATCH"])
@signed_in
@blueprint.arguments(schemas.DraftKept)
@blueprint.response(200, shapes.Draft)
def keep(body: dict[str, Any], draft_id: uuid.UUID):
    """Keep what the body names in place of what was; answers may be incomplete, what is vouched for stays."""
    kept = _kept(draft_id)
    if kept.filed:
        raise Refusal(FILED)
    answers.granted(filing.keep(db.session, actor(), kept, **body, now=now()))
    return answers.json(_told(_kept(draft_id)))


@blueprint.route("/drafts/<uuid:draft_id>", methods=["DELETE"])
@signed_in
@blueprint.response(204)
def discard(draft_id: uuid.UUID):
    """Forget it; files that no dossier took go with the next cleaning."""
    _kept(draft_id)
    drafts.discard(db.session, actor(), draft_id)
    return Response(status=204)


@blueprint.route("/dossier-checks", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Submission)
@blueprint.response(200, shapes.DossierCheck)
def check(body: dict[str, Any]):
    """What `POST /dossiers` would say of this body, without filing: its refusal, or what it costs and when it would be due."""
    tried = answers.granted(filing.tried(db.session, actor(), filed_as(body), now=now()))
    return answers.json(
        {
            "procedure": {"code": tried.definition.code, "version": tried.definition.version},
            "due_vnd": sum(one.due_vnd for one in tried.charges),
            "charges": charges(tried.charges),
            "reception_due_at": tried.reception_due_at,
            "due_at": tried.due_at,
        }
    )


def _applicant() -> None:
    """What an officer notes at the counter has more to it than a draft of an own filing."""
    if actor().kind != "applicant":
        raise Refusal(FORBIDDEN)


def _kept(draft_id: uuid.UUID) -> Kept:
    _applicant()
    kept = drafts.get(db.session, actor(), draft_id)
    if kept is None:
        raise Refusal(NO_DRAFT)
    return kept


def _told(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.id,
        "procedure_code": kept.procedure,
        "agency": kept.agency,
        "mandate": kept.mandate or None,
        "answers": kept.answers,
        "sources": kept.sources,
        "papers": {code: [str(file["id"]) for file in files] for code, files in kept.papers.items()},
        "returning": kept.returning,
        "filed": kept.filed or None,
    }
