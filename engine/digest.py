"""The name of a piece of data: sha256 of its canonical JSON. Events hold the name, erasable rows hold the data."""

from __future__ import annotations

import hashlib
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


def digest(value: object) -> str:
    """Hexadecimal sha256 of the canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def plain(value: object) -> object:
    """A FEEL value as a JSON value: moments as ISO 8601 text, whole numbers as int."""
    if value is None or isinstance(value, str | bool | int):
        return value
    return json.loads(canonical(feel.to_json(value)))


def _number(value: object) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
