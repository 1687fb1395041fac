"""Running dossiers carried over to another version of their procedure: tried out, ordered, followed. For admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from casework import looks
from casework import migration as migrating
from casework.migration import Place, Trial
from casework.permits import FORBIDDEN
from engine.rejection import Rejected
from store.db import db

blueprint = Blueprint("migrations", __name__, description="Running dossiers carried over to another version")

PATH = "/procedures/<code>/versions/<int:version>/migration"
UNKNOWN = Rejected(
    "unknown_procedure",
    "Không có phiên bản này của thủ tục.",
    "There is no such version of the procedure.",
)
NO_VERSION = 2**31 - 1  # beyond every version, and still a number of the database


@blueprint.route(PATH, methods=["GET"])
@signed_in
@blueprint.arguments(schemas.MigrationQuery, location="query")
@blueprint.response(200, shapes.Migration)
def progress(query: dict[str, Any], code: str, version: int):
    """How many dossiers run on this version and how many orders wait; with `to`, the steps that need a counterpart named."""
    if actor().kind != "admin":
        raise Refusal(FORBIDDEN)
    to, version = query["to"], min(version, NO_VERSION)
    places = _known(lambda: migrating.places(db.session, code, version, version if to is None else to))
    return answers.json(
        {
            "running": migrating.running(db.session, code, version),
            "waiting": migrating.waiting(db.session, code),
            "steps": [_place(one) for one in places],
        }
    )


@blueprint.route(f"{PATH}/trial", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.MigrationTrial)
@blueprint.response(200, shapes.MigrationTried)
def trial(body: dict[str, Any], code: str, version: int):
    """What would become of each dossier, the oldest 500: nothing is kept."""
    tried = _asked(migrating.trial, code, version, body)
    looks.record(db.session, actor(), "api/migration", [one.dossier_code for one in tried], now=now())
    return answers.json({"items": [_trial(one) for one in tried]})


@blueprint.route(PATH, methods=["POST"])
@signed_in
@blueprint.arguments(schemas.MigrationOrder)
@blueprint.response(202, shapes.MigrationOrdered)
def begin(body: dict[str, Any], code: str, version: int):
    """Carry over every dossier that can go, one job each; those that cannot stay. `ordered`: how many were tried."""
    ordered = _asked(migrating.begin, code, version, body)
    return answers.json({"ordered": ordered}, 202)


def _asked(ask: Callable[..., Any], code: str, version: int, body: dict[str, Any]) -> Any:
    """What a trial or an order comes to, `body` as its schema gives it; raises what it is refused with."""
    version = min(version, NO_VERSION)
    to = body.pop("to")
    return answers.granted(_known(lambda: ask(db.session, actor(), code, version, to, **body, now=now())))


def _known(ask: Callable[[], Any]) -> Any:
    """What it answers; 404 if a version was never published."""
    try:
        return ask()
    except LookupError:
        raise Refusal(UNKNOWN) from None


def _place(one: Place) -> dict[str, Any]:
    return {
        "id": one.step.element_id,
        "name": one.step.name,
        "counterparts": [{"id": step.element_id, "name": step.name} for step in one.counterparts],
        "likely": one.likely or None,
    }


def _trial(one: Trial) -> dict[str, Any]:
    no = one.rejected
    return {
        "dossier": one.dossier_code,
        "possible": no is None,
        "steps": [{"from_name": was, "to_name": becomes or None} for was, becomes in one.steps],
        "problem": None if no is None else {"code": no.code, "vi": no.vi, "en": no.en},
    }
