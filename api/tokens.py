"""POST /tokens: a bearer token for username and password."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.session import public
from assembly.clock import now
from casework import accounts
from store.db import db

blueprint = Blueprint("tokens", __name__, description="Access tokens")


@blueprint.route("/tokens", methods=["POST"])
@public
@blueprint.arguments(schemas.Token)
@blueprint.response(201, shapes.TokenGiven)
def create(body: dict[str, Any]) -> Response:
    """Sign in; 401 `unauthenticated` for a wrong name or password, 429 after too many tries."""
    session = answers.granted(
        accounts.sign_in(
            db.session, body["username"], body["password"], now=now(), address=request.remote_addr or ""
        )
    )
    given = {
        "token": session.token,
        "token_type": "Bearer",
        "expires_at": session.expires_at.isoformat(),
        "account": {
            "username": session.actor.id,
            "name": session.actor.name,
            "kind": session.actor.kind,
            "posts": [{"agency": p.agency, "role": p.role, "unit": p.unit} for p in session.actor.posts],
        },
    }
    return answers.json(given, 201)
