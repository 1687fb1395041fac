"""JSON under /api/v1: the contract of docs/dialect.md §5, served as OpenAPI 3.1 at /api/v1/openapi.json."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from api import errors, session, shapes


class Documented(Api):
    """Refusals are problem+json everywhere."""

    ERROR_SCHEMA = shapes.Problem


def init_app(app: Flask) -> None:
    """Register every blueprint of the API, its errors and the bearer-token session."""
    from api import (
        attachments,
        bundles,
        callbacks,
        colleagues,
        conversations,
        counters,
        documents,
        dossiers,
        filings,
        migrations,
        payments,
        petitions,
        procedures,
        results,
        signing,
        tasks,
        tokens,
    )

    app.config.update(
        API_TITLE="Một Cửa",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    smorest = Documented(app)
    smorest.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    session.init_app(app)
    errors.init_app(app)
    for room in (
        tokens,
        procedures,
        attachments,
        filings,
        dossiers,
        results,
        signing,
        payments,
        conversations,
        petitions,
        tasks,
        documents,
        counters,
        colleagues,
        bundles,
        migrations,
        callbacks,
    ):
        smorest.register_blueprint(room.blueprint, url_prefix="/api/v1")
    for response in smorest.spec.components.responses.values():
        if "application/json" in response.get("content", {}):
            response["content"]["application/problem+json"] = response["content"].pop("application/json")
