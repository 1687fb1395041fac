"""The machine at the entrance: a browser that an officer's link has made one gives numbers to everybody who comes.

The link works for ten minutes, the mark it leaves (a signed cookie, for one counter) until somebody clears it. Any other
browser is somebody's phone, and holds one number at a time.
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, session, url_for
from itsdangerous import BadData, URLSafeSerializer

from assembly.clock import now

LINK_SECONDS = 600
COOKIE = "motcua_kiosk"
COOKIE_SECONDS = 400 * 86400  # the longest that browsers keep one


def link(agency: str) -> str:
    """An address that makes whoever opens it in time the machine of this counter."""
    token = _signer().dumps({"agency": agency, "until": now().timestamp() + LINK_SECONDS})
    base = current_app.config["SETTINGS"].public_url
    return f"{base}{url_for('counter.take_number', agency=agency, may=token)}"


def opened(agency: str) -> bool:
    """Was the page asked for by such a link?"""
    said = _read(request.args.get("may", ""))
    return said.get("agency") == agency and said.get("until", 0) > now().timestamp()


def mark(answer: Response, agency: str) -> Response:
    """From now on this browser is the machine of the counter."""
    answer.set_cookie(
        COOKIE,
        _signer().dumps({"agency": agency}),
        max_age=COOKIE_SECONDS,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


def here(agency: str) -> bool:
    """Is this browser the machine of the counter?"""
    return _read(request.cookies.get(COOKIE, "")).get("agency") == agency


def hold(agency: str, day: str, number: int) -> None:
    """This phone has a number."""
    session["ticket"] = {"agency": agency, "day": day, "number": number}


def held(agency: str, day: str) -> int | None:
    """The number that this phone took today before this counter."""
    kept = session.get("ticket") or {}
    return kept["number"] if (kept.get("agency"), kept.get("day")) == (agency, day) else None


def _read(text: str) -> dict[str, Any]:
    try:
        said = _signer().loads(text)
    except BadData:
        return {}
    return said if isinstance(said, dict) else {}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="kiosk")
