"""Signed JSON over HTTP, both directions: who holds the shared secret wrote this body, and lately.

Header `X-Motcua-Signature: t=<unix seconds>,v1=<hex>`; the digest is HMAC-SHA256 (RFC 2104) over `<t>.<body>`.
"""

from __future__ import annotations

import hashlib
import hmac
import time

HEADER = "X-Motcua-Signature"
TOLERANCE_SECONDS = 300


def sign(secret: str, body: bytes, at_unix: int) -> str:
    """The header's value for a body sent at that moment."""
    return f"t={at_unix},v1={_digest(secret, body, at_unix)}"


def verify(secret: str, body: bytes, header: str | None, now_unix: int | None = None) -> bool:
    """Whether the header was made for this body with this secret at most five minutes away from now.

    Now is the wall clock's: partners know nothing of a demo's moved one.
    An empty secret verifies nothing: a partner that was not configured cannot speak.
    """
    parts = dict(part.split("=", 1) for part in (header or "").split(",") if "=" in part)
    stamp = parts.get("t", "")
    if not secret or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs((time.time() if now_unix is None else now_unix) - int(stamp)) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(_digest(secret, body, int(stamp)).encode(), parts.get("v1", "").encode())


def _digest(secret: str, body: bytes, at_unix: int) -> str:
    return hmac.new(secret.encode(), b"%d." % at_unix + body, hashlib.sha256).hexdigest()
