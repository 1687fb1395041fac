"""String functions (DMN 1.5 §10.3.4.3, table 76)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from feel import patterns
from feel.budget import Frame, charge_size

from .registry import builtin


@builtin("substring", "string: string, start position: number, length?: number?")
def substring(
    frame: Frame, text: str, start: int | Decimal, length: int | Decimal | None = None
) -> str | None:
    if -1 < start < 1 or (length is not None and length < 1):
        return None
    begin = int(start) - 1 if start > 0 else len(text) + int(start)
    if begin < 0 or begin > len(text):
        return None if begin < 0 else ""
    return text[begin:] if length is None else text[begin : begin + int(length)]


@builtin("string length", "string: string")
def string_length(frame: Frame, text: str) -> int:
    return len(text)


@builtin("upper case", "string: string")
def upper_case(frame: Frame, text: str) -> str:
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(frame: Frame, text: str) -> str:
    return text.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(frame: Frame, text: str, match: str) -> str:
    at = text.find(match)
    return text[:at] if at > 0 else ""


@builtin("substring after", "string: string, match: string")
def substring_after(frame: Frame, text: str, match: str) -> str:
    at = text.find(match)
    return text[at + len(match) :] if at >= 0 else ""


@builtin("contains", "string: string, match: string")
def contains(frame: Frame, text: str, match: str) -> bool:
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(frame: Frame, text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(frame: Frame, text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("matches", "input: string, pattern: string, flags?: string?")
def matches(frame: Frame, text: str, pattern: str, flags: str | None = None) -> bool | None:
    compiled = patterns.compile_pattern(pattern, flags or "")
    return None if compiled is None else compiled.search(frame, text)


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string?")
def replace(frame: Frame, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """Null, as in XPath fn:replace, where the pattern is wrong; `$1` in the replacement is a group, `$0` the match."""
    compiled = patterns.compile_pattern(pattern, flags or "")
    return None if compiled is None else compiled.replace(frame, text, replacement)


@builtin("split", "string: string, delimiter: string")
def split(frame: Frame, text: str, delimiter: str) -> list[str] | None:
    compiled = patterns.compile_pattern(delimiter, "")
    return None if compiled is None else compiled.split(frame, text)


@builtin("string join", "list: list, delimiter?: string?")
def string_join(frame: Frame, items: list[Any], delimiter: str | None = None) -> str | None:
    """Nulls are left out; any other value that is no string makes the whole null."""
    texts = [item for item in items if item is not None]
    if any(text.__class__ is not str for text in texts):
        return None
    charge_size(frame, sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)
