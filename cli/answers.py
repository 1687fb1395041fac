"""How commands read and write JSON: one answer on standard output, whatever happens."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any


class Unreadable(Exception):
    """An argument or file that is not what it should be; the sentence names it."""


def say(answer: object, exit_code: int = 0) -> int:
    """Print one JSON answer."""
    print(json.dumps(answer, ensure_ascii=False, default=_plain, indent=1))
    return exit_code


def refuse(*, code: str, sentence: object, exit_code: int = 1) -> int:
    """Print one JSON error."""
    return say({"error": {"code": code, "message": str(sentence)}}, exit_code)


def json_object(text: str, name: str) -> dict[str, Any]:
    """The JSON object that an option holds (`@FILE`: that a file holds, `-`: that comes in). Raises Unreadable."""
    if text == "-":
        text = sys.stdin.read()
    elif text.startswith("@"):
        text = read_text(Path(text[1:]))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name}: expected a JSON object, but {error}") from error
    if not isinstance(value, dict):
        raise Unreadable(f"{name}: expected a JSON object, but got {type(value).__name__}")
    return value


def read_text(path: Path) -> str:
    """The UTF-8 text of a file. Raises Unreadable."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise Unreadable(f"{path}: {error}") from error


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    return str(value)
