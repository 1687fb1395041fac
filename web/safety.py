"""What a browser may do with our pages, and which requests may change anything.

Cross-site requests are told by what the browser itself says (Sec-Fetch-Site, else Origin): no token to lose when a
draft stays open overnight, and it works without JavaScript. Cookies are SameSite=Lax besides. See
docs/decisions/cross-site.md.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'; connect-src 'self'"
)
PAYING = (
    "form-action 'self'"  # browsers hold the redirect after a form against it: the gateway's address is added
)


def init_app(app: Flask) -> None:
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.before_request(refuse_cross_site)
    gateway = urlsplit(app.config["SETTINGS"].payment_url)
    app.config["PAY_AT"] = f"{gateway.scheme}://{gateway.netloc}" if gateway.netloc else ""
    app.after_request(headers)


def refuse_cross_site() -> None:
    """A request to a page that changes something must come from our own pages; the API knows no cookies.

    Also without a cookie: a browser sends none along with a stranger's form, and signing somebody in as somebody else
    needs none.
    """
    if request.method in SAFE_METHODS or request.path.startswith("/api/"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def headers(response: Response) -> Response:
    pay_at = current_app.config["PAY_AT"]
    policy = POLICY.replace(PAYING, f"{PAYING} {pay_at}") if pay_at else POLICY
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if "Cache-Control" not in response.headers and not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "private, no-store"
    return response
