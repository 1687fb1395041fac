"""Who calls the API: the bearer token of this request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Flask, g, request

from api.errors import Refusal
from assembly.clock import now
from casework import accounts
from engine.actor import Actor
from engine.rejection import Rejected
from store.db import db

MAX_JSON_BYTES = 2_000_000

UNAUTHENTICATED = Rejected(
    "unauthenticated",
    "Cần đăng nhập: gửi mã truy cập còn hiệu lực trong tiêu đề Authorization.",
    "Sign in first: expected a valid bearer token in the Authorization header.",
)


def init_app(app: Flask) -> None:
    app.before_request(recognise)


def recognise() -> None:
    if not request.path.startswith("/api/"):
        return
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MAX_JSON_BYTES
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    g.actor = (
        accounts.actor_of(db.session, token.strip(), now=now())
        if scheme.lower() == "bearer" and token
        else None
    )


def actor() -> Actor:
    """The caller. Raises a 401 refusal if there is none."""
    if g.get("actor") is None:
        raise Refusal(UNAUTHENTICATED)
    return g.actor


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only for callers with a valid token (a house test wants every route signed in or declared public)."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        actor()
        return view(*args, **kwargs)

    wrapped.gated = True  # type: ignore[attr-defined]
    return wrapped


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Declares that anybody may call this route."""
    view.public = True  # type: ignore[attr-defined]
    view._apidoc = {**getattr(view, "_apidoc", {}), "public": True}  # type: ignore[attr-defined]
    return view
