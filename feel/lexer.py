"""FEEL text to tokens (DMN 1.5 §10.3.1.2). Names are single words here: the parser joins words into names,
because only it knows which names with spaces and symbols are in scope."""

from __future__ import annotations

import re
from typing import NamedTuple

from feel.errors import FeelError

MAX_LENGTH = 100_000

KEYWORDS = frozenset(
    [
        "and",
        "or",
        "between",
        "in",
        "instance",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "function",
        "external",
        "null",
        "true",
        "false",
    ]
)


class Token(NamedTuple):
    kind: str  # name, number, string, at (a temporal literal @"..."), quoted (`name`), op, end
    text: str
    start: int
    end: int


# \w takes every Unicode letter; emoji and other symbols above the BMP are allowed name characters in FEEL too.
_WORD = r"[^\W\d][\w]*|[\U00010000-\U000EFFFF]+[\w\U00010000-\U000EFFFF]*"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
  | (?P<number>(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>{_WORD})
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<at>@\s*"(?:[^"\\]|\\.)*")
  | (?P<quoted>`[^`\n]+`)
  | (?P<op>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{{}},:.?'’&%$#!;|~^@\\§])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6}|[0-9a-fA-F]{4})|([nrtbf\"'\\/]))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\", "/": "/"}


def tokenize(text: str) -> list[Token]:
    """All tokens of `text`, comments and white space left out, closed by one `end` token.

    Raises `FeelError` at the first character that starts no token.
    """
    if len(text) > MAX_LENGTH:
        raise FeelError(
            "feel.too_long",
            f"Biểu thức dài quá {MAX_LENGTH} ký tự.",
            f"Expected at most {MAX_LENGTH} characters but the expression has {len(text)}.",
        )
    tokens: list[Token] = []
    position, end = 0, len(text)
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = match.lastgroup or ""
        if match.group() == "/" and text.startswith("*", match.end()):
            raise FeelError(
                "feel.syntax",
                "Chú thích chưa đóng.",
                "Expected */ to close the comment.",
                *position_of(text, position),
            )
        if kind != "space":
            tokens.append(Token(kind, match.group(), position, match.end()))
        position = match.end()
    tokens.append(Token("end", "", end, end))
    return tokens


def unescape(quoted: str) -> str:
    """The value of a quoted string literal. Unknown escapes keep their backslash, as in patterns ("\\s")."""
    body = quoted[1:-1]
    if "\\" not in body:
        return body
    value = _ESCAPE.sub(_unescaped, body)
    if any("\ud800" <= character <= "\udfff" for character in value):
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def position_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character offset."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    if code is None:
        return _PLAIN[match.group(3)]
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"


def _unreadable(text: str, offset: int) -> FeelError:
    line, column = position_of(text, offset)
    if text[offset] == '"':
        return FeelError(
            "feel.syntax",
            "Chuỗi ký tự chưa đóng dấu ngoặc kép.",
            'Expected a closing " but the text ended.',
            line,
            column,
        )
    return FeelError(
        "feel.syntax",
        f"Ký tự {text[offset]!r} không dùng được trong biểu thức.",
        f"Expected a name, number, string or operator but found {text[offset]!r}.",
        line,
        column,
    )
