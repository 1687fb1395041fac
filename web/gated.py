"""Who a page is for: every route is one of these, or declared public (a house test walks them all)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import abort, g, redirect, request, url_for

View = Callable[..., Any]


def public(view: View) -> View:
    """Anybody may see this page."""
    view.public = True  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Any account; others are sent to sign in and come back."""
    return _gate(view, lambda actor: True)


def officers(view: View) -> View:
    """Accounts that hold a post at an agency, and admins."""
    return _gate(view, lambda actor: bool(actor.posts) or actor.kind == "admin")


def admins(view: View) -> View:
    return _gate(view, lambda actor: actor.kind == "admin")


def applicants(view: View) -> View:
    """Citizens and businesses."""
    return _gate(view, lambda actor: actor.kind == "applicant")


def _gate(view: View, allowed: Callable[[Any], bool]) -> View:
    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if g.get("actor") is None:
            lost = {"session_lost": 1} if g.get("session_lost") else {}
            back = (
                request.full_path
                if request.method == "GET"
                else request.referrer and "/" + request.referrer.split("/", 3)[-1]
            )
            return redirect(url_for("auth.sign_in", next=back, **lost))
        if not allowed(g.actor):
            abort(403)
        return view(*args, **kwargs)

    wrapped.gated = True  # type: ignore[attr-defined]
    return wrapped
