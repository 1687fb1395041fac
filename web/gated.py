"""Who a page is for: every route is one of these, or declared public (a house test walks them all)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import abort, g, redirect, request, session, url_for

from assembly.clock import now
from engine import actor as actors

View = Callable[..., Any]
SIGNED_OUT = (
    "",
    401,
)  # to a part of a page: what is typed there stays, and the page says so (web/front/parts/away.js)
RECEIPT_SECONDS = 3600  # how long a secret that was typed once opens the pages of its dossier


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


def receipt_holders(view: View) -> View:
    """Whoever proved a dossier's secret within the hour (web/citizen/supplement.py); others are sent to prove it."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if held_receipt():
            return view(*args, **kwargs)
        return SIGNED_OUT if by_script() else redirect(url_for("citizen.track"))

    wrapped.gated = True  # type: ignore[attr-defined]
    return wrapped


def hold_receipt(dossier_code: str) -> None:
    """From now on, this browser is the holder of that receipt; the caller has checked the secret."""
    session["receipt"] = {"code": dossier_code, "until": now().timestamp() + RECEIPT_SECONDS}


def held_receipt() -> str | None:
    """The code of the dossier whose secret this browser proved within the hour."""
    held = session.get("receipt")
    return held["code"] if held and now().timestamp() < held["until"] else None


def by_script() -> bool:
    """A part of a page asks, or a file is on its way up in pieces: nobody would see a page of sign-in."""
    return "HX-Request" in request.headers or "Tus-Resumable" in request.headers


def holder() -> actors.Actor:
    """The receipt's holder, on pages for them."""
    code = held_receipt()
    if code is None:
        abort(403)
    return actors.holder(code)


def _gate(view: View, allowed: Callable[[Any], bool]) -> View:
    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if g.get("actor") is None:
            if by_script():
                return SIGNED_OUT
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
