"""The name of a piece of data. Events hold the name, erasable rows hold the data.

The name is keyed with the dossier's salt, which is erased with the data: after that nobody can find out by trying
whether a short text, a phone number or a commune was what the name stood for.
"""

from __future__ import annotations

import hmac
import json
from decimal import Decimal

import feel


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same value always gives the same bytes.

    Raises TypeError or ValueError if it is no JSON.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_number
    ).encode()


def digest(value: object, salt: bytes) -> str:
    """Hexadecimal HMAC-SHA-256 (RFC 2104) of the canonical JSON under the dossier's salt."""
    return hmac.digest(salt, canonical(value), "sha256").hex()


def plain(value: object) -> object:
    """A FEEL value as a JSON value: moments as ISO 8601 text, whole numbers as int."""
    if value is None or isinstance(value, str | bool | int):
        return value
    return json.loads(canonical(feel.to_json(value)))


def _number(value: object) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
