"""The Flask application: assembly + pages + API. Serve it as `wsgi:create_app()`."""

from __future__ import annotations

from flask import Flask

import api
import web
from assembly import flask_app
from assembly.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The whole web application over the settings (of the environment when not given)."""
    app = flask_app(settings)
    api.init_app(app)
    web.init_app(app)
    return app
