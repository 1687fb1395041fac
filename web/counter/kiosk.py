"""The machine at the entrance: a browser that an officer's link has made one gives numbers to everybody who comes.

The link works for ten minutes, the mark it leaves (a signed cookie, for one counter) for ninety days. Neither passes for
the other. Any other browser is somebody's phone, and holds one number at a time.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, current_app, request, session, url_for
from itsdangerous import BadData, URLSafeSerializer

from assembly.clock import local_today, now

LINK_SECONDS = 600
COOKIE = "motcua_kiosk"
COOKIE_DAYS = 90


def link(agency: str) -> str:
    """An address that makes whoever opens it in time the machine of this counter."""
    token = _signer("link").dumps({"agency": agency, "until": now().timestamp() + LINK_SECONDS})
    base = current_app.config["SETTINGS"].public_url
    return f"{base}{url_for('counter.take_number', agency=agency, may=token)}"


def opened(agency: str) -> bool:
    """Was the page asked for by such a link?"""
    said = _read("link", request.args.get("may", ""))
    return said.get("agency") == agency and said.get("until", 0) > now().timestamp()


def mark(answer: Response, agency: str) -> Response:
    """From now on this browser is the machine of the counter."""
    answer.set_cookie(
        COOKIE,
        _signer("cookie").dumps({"agency": agency, "on": local_today().isoformat()}),
        max_age=COOKIE_DAYS * 86400,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


def here(agency: str) -> bool:
    """Is this browser the machine of the counter?"""
    said = _read("cookie", request.cookies.get(COOKIE, ""))
    return (
        said.get("agency") == agency and (local_today() - date.fromisoformat(said["on"])).days < COOKIE_DAYS
    )


def hold(agency: str, day: str, number: int) -> None:
    """This phone has a number."""
    session["ticket"] = {"agency": agency, "day": day, "number": number}


def held(agency: str, day: str) -> int | None:
    """The number that this phone took today before this counter."""
    kept = session.get("ticket") or {}
    return kept["number"] if (kept.get("agency"), kept.get("day")) == (agency, day) else None


def _read(what: str, text: str) -> dict[str, Any]:
    try:
        said = _signer(what).loads(text)
    except BadData:
        return {}
    return said if isinstance(said, dict) else {}


def _signer(what: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"kiosk {what}")
