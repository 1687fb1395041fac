"""Server-rendered pages: portal, desk, administration. `init_app` hangs them on the Flask app."""

from __future__ import annotations

from flask import Flask

from web import assets, frame, i18n, names, safety, show, signatures


def init_app(app: Flask) -> None:
    """Register filters, the frame, the safety headers and every blueprint of pages."""
    from web import (
        admin,
        auth,
        citizen,
        counter,
        deliveries,
        desk,
        health,
        identity,
        money,
        notices,
        resumable,
        seals,
    )

    assets.init_app(app)
    i18n.init_app(app)
    show.init_app(app)
    signatures.init_app(app)
    names.init_app(app)
    frame.init_app(app)
    safety.init_app(app)
    assert identity.blueprint is auth.blueprint  # its routes hang there
    assert seals.blueprint is admin.blueprint  # here too
    for room in (health, auth, citizen, counter, desk, admin, money, deliveries, notices, resumable):
        app.register_blueprint(room.blueprint)
