"""GET /procedures: what can be filed, and with what."""

from __future__ import annotations

from typing import Any

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import public
from assembly.clock import local_today
from casework import definitions
from engine.rejection import Rejected
from store.db import db
from store.queries import catalogue

blueprint = Blueprint("procedures", __name__, description="Catalogue of procedures in force")

UNKNOWN = Rejected(
    "unknown_procedure",
    "Không có thủ tục này, hoặc thủ tục chưa có hiệu lực.",
    "There is no such procedure in force.",
)


@blueprint.route("/procedures", methods=["GET"])
@public
@blueprint.arguments(schemas.ProcedureQuery, location="query")
@blueprint.response(200, shapes.ProcedurePage)
def index(query: dict[str, Any]):
    """Procedures in force; `q` needs no accents."""
    return answers.json(catalogue.search(db.session, today=local_today(), **query))


@blueprint.route("/procedures/<code>", methods=["GET"])
@public
@blueprint.response(200, shapes.Procedure)
def one(code: str):
    """One procedure: papers, fees, limit, legal basis, receiving agencies and the e-form to fill."""
    row = catalogue.procedure(db.session, code, today=local_today())
    if row is None:
        raise Refusal(UNKNOWN)
    definition = definitions.get(db.session, code, row["version"])  # type: ignore[arg-type]
    form = definition.forms[definition.start_form].schema if definition.start_form else None
    return answers.json(row | {"form": form})
