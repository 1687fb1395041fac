"""Sign in and out, register, choose the language. By the identity provider: web/identity.py."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import accounts, demo_data
from engine.rejection import Problem, Rejected
from store.db import db
from web.gated import public
from web.i18n import LANGUAGES

blueprint = Blueprint("auth", __name__)


@blueprint.get("/sign-in")
@public
def sign_in():
    if g.actor:
        return redirect(_home())
    return _page(lost=g.get("session_lost", False) or "session_lost" in request.args)


@blueprint.post("/sign-in")
@public
def sign_in_post():
    username = request.form.get("username", "").strip()
    opened = accounts.sign_in(
        db.session, username, request.form.get("password", ""), now=now(), address=request.remote_addr or ""
    )
    if isinstance(opened, Rejected):
        problem = Problem("username", opened.code, opened.vi, opened.en)
        return _page(problems=[problem], username=username), 429 if opened.code == "rate_limited" else 401
    return enter(opened, local(request.form.get("next")))


def enter(opened: accounts.Opened, onward: str | None):
    """Into the pages: a fresh cookie session, nothing of the visitor before but the language."""
    language = session.get("language")
    session.clear()
    session["token"] = opened.token
    if language:
        session["language"] = language
    g.actor = opened.actor
    return redirect(onward or _home())


@blueprint.post("/sign-out")
@public
def sign_out():
    session.pop("receipt", None)  # of a dossier that somebody looked after here
    token = session.pop("token", None)
    if token and accounts.sign_out(db.session, token):
        return render_template("signed_out.html")
    flash(gettext("Bạn đã đăng xuất."))
    return redirect(url_for("citizen.home"))


@blueprint.route("/register", methods=["GET", "POST"])
@public
def register():
    if request.method == "GET":
        return render_template("register.html", problems=[], given={})
    given = {key: request.form.get(key, "").strip() for key in accounts.REGISTRATION_FIELDS}
    given["password"] = request.form.get("password", "")
    made = accounts.register(db.session, given, now=now())
    if isinstance(made, Rejected):
        return render_template("register.html", problems=made.problems, given=given), 422
    flash(gettext("Đã tạo tài khoản. Mời bạn đăng nhập."))
    return redirect(url_for("auth.sign_in"))


@blueprint.get("/language/<code>")
@public
def language(code: str):
    if code in LANGUAGES:
        session["language"] = code
    return redirect(local(request.args.get("next")) or url_for("citizen.home"))


def _page(**more):
    demo = _demo() if current_app.config["SETTINGS"].demo else {"demo_accounts": [], "demo_password": ""}
    return render_template(
        "auth.html",
        next=local(request.values.get("next")),
        by_identity=bool(current_app.config["SETTINGS"].oidc_issuer),
        **demo,
        **{"problems": [], "lost": False, **more},
    )


def _home() -> str:
    if g.actor.kind == "admin":
        return url_for("admin.procedures")
    return url_for("desk.home") if g.actor.posts else url_for("citizen.my_dossiers")


def local(target: str | None) -> str | None:
    """The target only if it stays on this site."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if (
        "\\" in target or not target.isprintable()
    ):  # browsers read "\\" as "/" and pass over tabs and line breaks
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _demo() -> dict[str, object]:
    return {"demo_accounts": accounts.demo_list(db.session), "demo_password": demo_data.password()}
