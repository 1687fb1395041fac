"""Regular expressions of XPath and XML Schema (DMN 1.5 §10.3.4.3: matches, replace, split), safe against bombs.

A pattern is parsed here, never handed over as it is. Python's `re` runs it only while its worst case is small for the
text at hand; otherwise the linear machine of `pattern_machine` does. Back-references need `re`: where that could
explode, the evaluation ends with `BudgetExceeded`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from feel.budget import Frame, charge_size, charge_steps
from feel.errors import BudgetExceeded
from feel.pattern_classes import BadPattern
from feel.pattern_machine import Program, assemble, find
from feel.pattern_syntax import Parsed, parse

# Turns of backtracking that `re` may need in the worst case (about 20 ms).
_SAFE_WORK = 1_000_000


class Pattern:
    """A compiled pattern; every use charges the frame for the length of the text."""

    def __init__(self, parsed: Parsed, flags: int) -> None:
        self.parsed = parsed
        self.flags = flags
        self.compiled = re.compile(parsed.source, flags)
        self._program: Program | None = None

    def search(self, frame: Frame, text: str) -> bool:
        """Whether the pattern occurs in the text."""
        return next(self._matches(frame, text), None) is not None

    def replace(self, frame: Frame, text: str, replacement: str) -> str | None:
        """Every match replaced; null where the pattern matches nothing at all or the replacement is malformed."""
        template = _template(replacement, self.parsed.groups)
        if template is None or next(self._matches(frame, ""), None) is not None:
            return None
        parts: list[str] = []
        position = 0
        for spans in self._matches(frame, text):
            parts.append(text[position : spans[0]])
            parts += [piece if isinstance(piece, str) else _group(text, spans, piece) for piece in template]
            position = spans[1]
            charge_size(frame, len(template) + spans[1] - spans[0])
        parts.append(text[position:])
        charge_size(frame, sum(map(len, parts)))
        return "".join(parts)

    def split(self, frame: Frame, text: str) -> list[str]:
        """The text between the matches; a match of nothing splits between characters."""
        parts: list[str] = []
        position = 0
        for spans in self._matches(frame, text):
            if spans[0] == spans[1] and spans[0] in (0, len(text)):
                continue
            parts.append(text[position : spans[0]])
            position = spans[1]
        return [*parts, text[position:]]

    def _matches(self, frame: Frame, text: str) -> Iterator[list[int]]:
        """The group bounds of all matches from left to right: [start, end, start of 1, end of 1, …], -1 for none."""
        charge_steps(frame, 1 + len(text) // 8)
        degree = self.parsed.degree
        if degree is not None and (len(text) + 1) ** (degree + 1) * self.parsed.width <= _SAFE_WORK:
            for match in self.compiled.finditer(text):
                yield [bound for group in range(self.parsed.groups + 1) for bound in match.span(group)]
            return
        if self.parsed.back_references:
            raise BudgetExceeded("steps")
        if self._program is None:
            self._program = assemble(self.parsed, self.flags)
        yield from self._walk(frame, text, self._program)

    def _walk(self, frame: Frame, text: str, program: Program) -> Iterator[list[int]]:
        position = 0
        while position <= len(text):
            spans = find(frame, program, text, position)
            if spans is None:
                return
            yield spans
            position = spans[1] if spans[1] > spans[0] else spans[1] + 1


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str, flags: str) -> Pattern | None:
    """The pattern, or None where it or its flags (`s m i x`) are not valid."""
    if not set(flags) <= set("smix"):
        return None
    try:
        parsed = parse(pattern, dot_all="s" in flags, multiline="m" in flags, spaced="x" in flags)
        return Pattern(parsed, re.IGNORECASE if "i" in flags else 0)
    except (BadPattern, re.error, RecursionError, OverflowError):
        return None


def _template(replacement: str, groups: int) -> list[str | int] | None:
    r"""Text and group numbers: `$1`, `\$` and `\\` are special, anything else after them is an error."""
    pieces: list[str | int] = []
    position = 0
    while position < len(replacement):
        character = replacement[position]
        following = replacement[position + 1 : position + 2]
        if character == "\\":
            if following not in ("\\", "$") or not following:
                return None
            pieces.append(following)
            position += 2
        elif character == "$":
            if not (following.isascii() and following.isdigit()):
                return None
            position += 2
            number = int(following)
            while position < len(replacement) and replacement[position] in "0123456789":
                longer = number * 10 + int(replacement[position])
                if longer > groups:
                    break
                number = longer
                position += 1
            pieces.append(number)
        else:
            pieces.append(character)
            position += 1
    return pieces


def _group(text: str, spans: list[int], number: int) -> str:
    if 2 * number + 1 >= len(spans) or spans[2 * number] < 0:
        return ""
    return text[spans[2 * number] : spans[2 * number + 1]]
