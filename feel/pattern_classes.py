"""Character classes of XML Schema patterns that Python's `re` has no word for."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache


class BadPattern(Exception):
    """The text is no XPath regular expression."""


def bracket(body: str, negated: bool, inside: bool) -> str:
    """A set of characters, as brackets or for use inside of brackets."""
    if not inside:
        return f"[{'^' if negated else ''}{body}]"
    return _complement(body) if negated else body


@lru_cache(maxsize=64)
def _complement(body: str) -> str:
    """The characters outside of a set, as a set: brackets cannot hold a negated set."""
    outside = re.compile(f"[^{body}]")
    return _ranges(code for code in range(sys.maxunicode + 1) if outside.match(chr(code)))


def _ranges(codes: object) -> str:
    parts: list[str] = []
    start = previous = None
    for code in [*codes, None]:  # type: ignore[misc]
        if previous is not None and code == previous + 1:
            previous = code
            continue
        if start is not None:
            parts.append(f"\\U{start:08x}-\\U{previous:08x}")
        start = previous = code
    return "".join(parts)


@lru_cache(maxsize=1)
def _categories() -> dict[str, str]:
    """Every general category and its first letter, as the inside of a bracket."""
    codes: dict[str, list[int]] = {}
    for code in range(sys.maxunicode + 1):
        codes.setdefault(unicodedata.category(chr(code)), []).append(code)
    for category in sorted(codes):
        codes.setdefault(category[0], []).extend(codes[category])
    return {category: _ranges(sorted(members)) for category, members in codes.items()}


def unicode_property(name: str) -> str:
    """The inside of a bracket for `\\p{name}`: a general category or an `Is` block."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        if block is None:
            raise BadPattern
        return f"\\U{block[0]:08x}-\\U{block[1]:08x}"
    body = _categories().get(name)
    if body is None:
        raise BadPattern
    return body


_BLOCKS = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "Lao": (0xE80, 0xEFF),
    "Khmer": (0x1780, 0x17FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUse": (0xE000, 0xF8FF),
}
