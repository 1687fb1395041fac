"""Values as form-js sees them: JSON data, paths into it, and JavaScript's ideas of numbers, text and equality.

Numbers are `int` or `Decimal` while a form is worked on (the expression language knows no floats) and become
`int` or `float` again in what leaves the room, so that answers are plain JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import feel

Json = Any
"""A JSON value: None, bool, int, float or Decimal, str, list, dict."""

Path = tuple[str | int, ...]
"""Where a value stands in the answers: keys and row numbers from 0."""

MAX_DEPTH = 32
MAX_NODES = 50_000


class TooLarge(ValueError):
    """Data deeper than MAX_DEPTH or of more than MAX_NODES values."""


def working_copy(value: Json) -> Json:
    """A deep copy through the eyes of JSON: floats become Decimal, NaN and what is no JSON become None."""
    return _copy(value, 0, [MAX_NODES])


def _copy(value: Json, depth: int, left: list[int]) -> Json:
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int:
        return value
    if isinstance(value, (Mapping, list, tuple)):
        left[0] -= len(value) + 1
        if depth > MAX_DEPTH or left[0] < 0:
            raise TooLarge
        if isinstance(value, Mapping):
            return {str(name): _copy(item, depth + 1, left) for name, item in value.items()}
        return [_copy(item, depth + 1, left) for item in value]
    if kind is float:
        return from_float(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return value if isinstance(value, (str, int)) else None


def from_float(number: float) -> int | Decimal | None:
    """A JavaScript number as an exact one; None where JSON has no number (NaN, infinity)."""
    if not math.isfinite(number):
        return None
    if number.is_integer() and abs(number) < 2**53:
        return int(number)
    return Decimal(repr(number))


def plain(value: Json) -> Json:
    """The value as plain JSON: Decimal becomes int or float; dates and durations their FEEL text."""
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int:
        return value
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < 2**53
        return int(value) if whole else float(value)
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (int, float)):
        return value
    return feel.to_json(value)


# -- paths ----------------------------------------------------------------------------------------------------


def get(data: Json, path: Path, default: Any = None) -> Json:
    """The value at the path, `default` where there is none."""
    for step in path:
        if type(step) is int:
            if not isinstance(data, list) or step >= len(data):
                return default
            data = data[step]
        elif isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return default
    return data


def has(data: Json, path: Path) -> bool:
    """True if a value, null included, stands at the path."""
    parent = get(data, path[:-1])
    last = path[-1]
    if type(last) is int:
        return isinstance(parent, list) and last < len(parent)
    return isinstance(parent, dict) and last in parent


def put(data: dict[str, Json], path: Path, value: Json) -> None:
    """Set the value in place, making the objects and lists on the way (what stands in the way is replaced)."""
    here: Json = data
    for step, following in pairwise(path):
        empty: Json = [] if type(following) is int else {}
        there = _step(here, step)
        if not isinstance(there, type(empty)):
            there = empty
            _assign(here, step, there)
        here = there
    _assign(here, path[-1], value)


def put_copy(data: dict[str, Json], path: Path, value: Json) -> dict[str, Json]:
    """The data with the value changed; what is not on the path is shared, the old data stay as they were."""
    changed: dict[str, Json] = dict(data)
    here: Json = changed
    for step in path[:-1]:
        there = _step(here, step)
        there = list(there) if isinstance(there, list) else dict(there) if isinstance(there, dict) else {}
        _assign(here, step, there)
        here = there
    _assign(here, path[-1], value)
    return changed


def _step(here: Json, step: str | int) -> Json:
    if isinstance(here, list):
        return here[step] if isinstance(step, int) and step < len(here) else None
    return here.get(step)


def _assign(here: Json, step: str | int, value: Json) -> None:
    if isinstance(here, list) and isinstance(step, int):
        here.extend([None] * (step + 1 - len(here)))
    here[step] = value


def path_text(path: Path) -> str:
    """The path as people and problems write it: `hoc_sinh[0].ten`."""
    text = ""
    for step in path:
        text += f"[{step}]" if type(step) is int else f".{step}" if text else str(step)
    return text


# -- JavaScript's ideas -------------------------------------------------------------------------------------------


def truthy(value: Json) -> bool:
    """`!!value`: empty lists and objects are true."""
    if isinstance(value, (list, dict)):
        return True
    return bool(value)


def same(one: Json, other: Json) -> bool:
    """Deep equality that keeps true, 1 and "1" apart."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(item, other[name]) for name, item in one.items())
        )
    if isinstance(one, list):
        return (
            isinstance(other, list)
            and len(one) == len(other)
            and all(same(a, b) for a, b in zip(one, other, strict=True))
        )
    return bool(one == other)


def among(value: Json, values: Sequence[Json]) -> bool:
    """True if an equal value is in the list."""
    return any(same(value, candidate) for candidate in values)


def js_text(value: Json) -> str:
    """`String(value)`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _number_text(value)
    if isinstance(value, float):
        return _number_text(Decimal(repr(value)))
    if isinstance(value, list):
        return ",".join("" if item is None else js_text(item) for item in value)
    if isinstance(value, dict):
        return "[object Object]"
    return str(feel.to_json(value))


def _number_text(number: Decimal) -> str:
    if number == number.to_integral_value() and abs(number) < Decimal("1e21"):
        return str(int(number))
    if abs(number) >= Decimal("1e-6"):
        return format(number.normalize(), "f")
    digits, exponent = format(number.normalize(), "e").split("e")
    return f"{digits}e{int(exponent):+d}"


JS_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_TRIM = re.compile(f"^[{JS_SPACE}]+|[{JS_SPACE}]+$")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_RADIX = re.compile(r"0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)", re.ASCII)
_MAX_DIGITS = 400


def js_trim(text: str) -> str:
    """`text.trim()`."""
    return _TRIM.sub("", text)


def js_length(text: str) -> int:
    """`text.length`: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_number(value: Json) -> int | Decimal | None:
    """`Number(value)` of text or a number; None for NaN and what JSON cannot hold."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, Decimal)):
        return value
    if isinstance(value, float):
        return from_float(value)
    if not isinstance(value, str) or len(value) > _MAX_DIGITS:
        return None
    text = js_trim(value)
    if not text:
        return 0
    if _DECIMAL.fullmatch(text):
        return from_float(float(text))
    if _RADIX.fullmatch(text):
        return int(text, 0)
    return None


def to_exact(value: Json) -> Decimal | None:
    """The number as `big.js` reads it (exact, decimal notation only), None where it refuses."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if (
        isinstance(value, str)
        and len(value) <= _MAX_DIGITS
        and re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,4})?", value, re.I | re.A)
    ):
        return Decimal(value)
    return None
