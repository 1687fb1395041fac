"""Sign-in by the identity provider (docs/wire/oidc.md), joining it to an account, and its logout.

What must be known when the browser comes back (state, nonce, PKCE verifier) stands in the signed cookie for ten minutes
and is taken out at the first answer, right or wrong.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from urllib.parse import urlsplit

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext

from assembly.clock import now
from assembly.partners import identity_provider
from casework import identities
from casework.accounts import Opened
from engine.rejection import Problem, Rejected
from national.ports import Identity, IdentityProvider, IdentityRefused, SignInStarted, Unreachable
from store.db import db
from web.auth import blueprint, enter, local
from web.gated import public

STARTED, ARRIVED = "oidc", "identity"
SECONDS = 600


@blueprint.get("/sign-in/oidc")
@public
def oidc():
    """To the provider; it sends the browser back to `oidc_callback`."""
    public_url = urlsplit(current_app.config["SETTINGS"].public_url)
    if request.host != public_url.netloc:  # the way back leads there, and so must the cookie
        return redirect(public_url._replace(path=request.path, query=request.query_string.decode()).geturl())
    try:
        started = _provider().begin()
    except Unreachable as problem:
        return _failed(problem, local(request.args.get("next")))
    session[STARTED] = {**asdict(started), "next": local(request.args.get("next")), "at": time.time()}
    session[STARTED].pop("url")
    return redirect(started.url)


@blueprint.get("/sign-in/oidc/callback")
@public
def oidc_callback():
    """Who came back: signed in, or asked which account is theirs."""
    kept = session.pop(STARTED, None)
    if not kept or time.time() - kept["at"] > SECONDS:
        return _failed(IdentityRefused("state"), kept and kept["next"])
    started = SignInStarted("", kept["state"], kept["nonce"], kept["verifier"])
    try:
        identity = _provider().finish(started, request.args)
    except (IdentityRefused, Unreachable) as problem:
        return _failed(problem, kept["next"])
    opened = identities.arrive(db.session, identity, now=now())
    if opened is None:
        session[ARRIVED] = {**asdict(identity), "next": kept["next"], "at": time.time()}
        return redirect(url_for("auth.join"))
    return _entered(opened, kept["next"])


@blueprint.route("/sign-in/lien-ket", methods=["GET", "POST"])
@public
def join():
    """An account with the same number exists: prove that it is yours, or begin with a new one."""
    kept = dict(session.get(ARRIVED) or {})
    if not kept or time.time() - kept.pop("at") > SECONDS:
        session.pop(ARRIVED, None)
        return redirect(url_for("auth.sign_in"))
    onward = kept.pop("next")
    identity = Identity(**kept)
    if request.method == "GET":
        return render_template("join.html", identity=identity, problems=[], username="")
    if "begin" in request.form:
        return _entered(identities.begin(db.session, identity, now=now()), onward)
    username = request.form.get("username", "").strip()
    opened = identities.join(
        db.session,
        identity,
        username,
        request.form.get("password", ""),
        now=now(),
        address=request.remote_addr or "",
    )
    if isinstance(opened, Rejected):
        problem = Problem("username", opened.code, opened.vi, opened.en)
        page = render_template("join.html", identity=identity, problems=[problem], username=username)
        return page, 429 if opened.code == "rate_limited" else 422
    flash(gettext("Đã nối tài khoản với định danh điện tử của bạn."))
    return _entered(opened, onward)


@blueprint.post("/sign-in/oidc/logout")
@public
def oidc_logout():
    """The provider ended sessions (back-channel logout): they end here, too."""
    try:
        over = _provider().logged_out(request.form.get("logout_token", ""))
    except (IdentityRefused, Unreachable):
        return Response("", 400)
    identities.end_sessions(db.session, over)
    return Response("", 200)


@blueprint.get("/sign-out/oidc")
@public
def oidc_sign_out():
    """To the provider, to end its own session as well: on a shared machine."""
    try:
        return redirect(_provider().logout_url())
    except Unreachable as problem:
        return _failed(problem)


def offered() -> bool:
    """Is there a provider to sign in by?"""
    return bool(current_app.config["SETTINGS"].oidc_issuer)


def _provider() -> IdentityProvider:
    found = identity_provider(current_app.config["SETTINGS"])
    if found is None:
        raise Unreachable("no identity provider is configured")
    return found


def _entered(opened: Opened | Rejected, onward: str | None):
    if isinstance(opened, Rejected):
        session.pop(ARRIVED, None)
        flash(opened.vi, "warning")
        return redirect(url_for("auth.sign_in"))
    return enter(opened, onward)


def _failed(problem: IdentityRefused | Unreachable, onward: str | None = None):
    """Back to the page of sign-in with a sentence, still on the way to where one wanted; the reason stands in the log,
    without any person."""
    if isinstance(problem, Unreachable):
        current_app.logger.warning("%s", problem)
        flash(
            gettext(
                "Hệ thống định danh đang không trả lời. Hãy thử lại sau, hoặc dùng tài khoản của Một Cửa."
            ),
            "warning",
        )
    elif problem.code == "declined":
        flash(gettext("Bạn đã không đăng nhập bằng định danh điện tử."), "warning")
    else:
        current_app.logger.info("sign-in by identity provider refused: %s", problem.code)
        flash(gettext("Lần đăng nhập này không dùng được nữa. Hãy bấm đăng nhập lại."), "warning")
    return redirect(url_for("auth.sign_in", next=onward))
