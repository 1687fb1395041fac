"""Keyset cursors: where the last page ended, as an opaque string."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime


def encode(*keys: object) -> str:
    """The keys of a page's last row."""
    plain = [key.isoformat() if isinstance(key, datetime) else key for key in keys]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str | None, *kinds: type) -> tuple[object, ...] | None:
    """The keys again; None for no cursor, and for one that was tampered with (the first page is shown)."""
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(plain) != len(kinds):
            return None
        return tuple(
            datetime.fromisoformat(value) if kind is datetime else kind(value)
            for kind, value in zip(kinds, plain, strict=True)
        )
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
