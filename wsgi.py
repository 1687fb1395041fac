"""The Flask application: assembly + pages + API. Serve it as `wsgi:create_app()`."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import HTTPException

import api.errors
import web.errors
from assembly import flask_app
from assembly.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The whole web application over the settings (of the environment when not given)."""
    app = flask_app(settings)
    api.init_app(app)
    web.init_app(app)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(500, _broken)
    return app


def _refused(error: HTTPException):
    return api.errors.from_http(error) if _for_api() else web.errors.page(error)


def _broken(error: Exception):
    return api.errors.broken(error) if _for_api() else web.errors.broken(error)


def _for_api() -> bool:
    return request.path.startswith("/api/")
