"""The Flask application: assembly + pages + API. Serve it as `wsgi:create_app()`."""

from __future__ import annotations

import logging

from flask import Flask, request
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import api.errors
import web.errors
from assembly import flask_app
from assembly.settings import Settings
from store.db import db

app_log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole web application over the settings (of the environment when not given)."""
    app = flask_app(settings)
    api.init_app(app)
    web.init_app(app)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(DataError, _unfit)
    app.register_error_handler(RecursionError, _unfit)
    app.register_error_handler(500, _broken)
    if proxies := app.config["SETTINGS"].proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def _refused(error: HTTPException):
    return api.errors.from_http(error) if _for_api() else web.errors.page(error)


def _unfit(error: DataError | RecursionError):
    """A NUL or a number beyond 64 bits, that no row can hold or match; JSON nested without end: a bad request."""
    db.session.rollback()
    app_log.info("bad request: %s", type(getattr(error, "orig", error)).__name__)
    return _refused(BadRequest())


def _broken(error: Exception):
    return api.errors.broken(error) if _for_api() else web.errors.broken(error)


def _for_api() -> bool:
    return request.path.startswith("/api/")
