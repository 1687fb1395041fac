"""Joins settings, database and adapters; the only place that names an adapter.

`flask_app(settings)` is the bare Flask app with its database; `wsgi.create_app` hangs pages and API on it.
"""

from __future__ import annotations

from flask import Flask

from assembly import settings as settings_of
from assembly.plain_request import PlainRequest, refuse_address
from assembly.settings import CHECKOUT, Settings
from store.db import db

MAX_UPLOAD_BYTES = 25_000_000


def flask_app(settings: Settings | None = None) -> Flask:
    """A Flask app bound to the database of `settings` (of the environment when not given)."""
    settings = settings or settings_of.load()
    app = Flask(
        "motcua",
        root_path=str(CHECKOUT),
        template_folder="web/templates",
        static_folder="web/static",
        static_url_path="/static",
    )
    app.request_class = PlainRequest
    app.before_request(refuse_address)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8},
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_NAME="motcua",
        MAX_CONTENT_LENGTH=MAX_UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        PROVINCE_NAME="Tỉnh Hải Dương",
        SETTINGS=settings,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    return app
