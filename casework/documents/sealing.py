"""A PIN on its way from the page to the worker: encrypted in the database, emptied when the batch is done.

Fernet (AES-128-CBC with HMAC-SHA256) under a key made from the system's secret; loaded when somebody signs, not before.
"""

from __future__ import annotations

import base64
import hashlib


def seal(secret: str, pin: str) -> bytes:
    """The PIN as only a process with the same secret can read it."""
    return bytes(_box(secret).encrypt(pin.encode()))


def opened(secret: str, sealed: bytes) -> str | None:
    """The PIN again; None where it was sealed with another secret, as after SECRET_KEY was changed."""
    from cryptography.fernet import InvalidToken

    try:
        return str(_box(secret).decrypt(sealed).decode())
    except InvalidToken:
        return None


def _box(secret: str):  # type: ignore[no-untyped-def]
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"signing pin:{secret}".encode()).digest()))
