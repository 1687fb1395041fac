"""Keyset cursors: where the last page ended, as an opaque string."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, date, datetime

LONGEST = 400


def encode(*keys: object) -> str:
    """The keys of a page's last row."""
    plain = [key.isoformat() if isinstance(key, date) else key for key in keys]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str | None, *kinds: type) -> tuple[object, ...] | None:
    """The keys again; None for no cursor, and for one that was tampered with (the first page is shown)."""
    if not cursor or len(cursor) > LONGEST:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(plain) != len(kinds):
            return None
        return tuple(_key(kind, value) for kind, value in zip(kinds, plain, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None


def _key(kind: type, value: object) -> object:
    if kind is datetime:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]
        return moment.astimezone(UTC)  # OverflowError where no database could hold it
    if kind is date:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    key = kind(value)
    if isinstance(key, str) and "\0" in key:
        raise ValueError("no text holds this")
    if isinstance(key, int) and not 0 <= key < 2**63:
        raise ValueError("no row has such a number")
    return key
