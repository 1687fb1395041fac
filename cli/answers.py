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
    """Print one JSON answer; returns the exit code."""
    print(json.dumps(answer, ensure_ascii=False, default=_plain, indent=1))
    return exit_code


def refuse(problem: Any, exit_code: int = 1, **more: object) -> int:
    """Print one JSON error from anything with a stable code and sentences in both languages."""
    vi = getattr(problem, "vi", None) or getattr(problem, "sentence_vi", "")
    en = getattr(problem, "en", None) or getattr(problem, "sentence_en", str(problem))
    return say({"error": {"code": problem.code, "vi": vi, "en": en, **more}}, exit_code)


def json_object(text: str, name: str) -> dict[str, Any]:
    """The JSON object that an option holds (`@FILE`: that a file holds, `-`: that comes in). Raises Unreadable."""
    if text == "-":
        text = sys.stdin.read()
    elif text.startswith("@"):
        text = read(Path(text[1:])).decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name}: expected a JSON object, but {error}") from error
    if not isinstance(value, dict):
        raise Unreadable(f"{name}: expected a JSON object, but got {type(value).__name__}")
    return value


def read(path: Path) -> bytes:
    """The bytes of a file. Raises Unreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error


def _plain(value: object) -> object:
    """What JSON has no word for: decimals as numbers, as exact as a double allows; the rest as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    return str(value)
