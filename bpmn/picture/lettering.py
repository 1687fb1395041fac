"""Words into lines: widths are estimated from letter classes, because the picture is made without any font."""

from __future__ import annotations

from functools import lru_cache
from xml.sax.saxutils import escape

_NARROW = frozenset("iíìỉĩịjl.,;:!|'()[]/ ftrI1-")
_WIDE = frozenset("mwMWƯƠ@%—…")
LINE = 1.2  # line height in ems
WIDEST = 160.0  # of one word that stands in the open


def letter_width(letter: str) -> float:
    """In ems, for a common sans-serif face."""
    if letter in _NARROW:
        return 0.33
    if letter in _WIDE:
        return 0.85
    return 0.68 if letter.isupper() else 0.55


@lru_cache(maxsize=4_096)
def wrap(words: str, width: float, size: float, max_lines: int = 12) -> tuple[str, ...]:
    """Lines no wider than `width`; a word too long for a line is cut, what does not fit ends in `…`."""
    room = max(width / size, 2.0)
    lines: list[str] = []
    line, used = "", 0.0
    for word in words.split():
        length = sum(map(letter_width, word))
        if line and used + 0.33 + length > room:
            lines.append(line)
            line, used = "", 0.0
        while length > room and len(lines) < max_lines:
            keep = max(1, int(len(word) * room / length))
            lines.append(word[:keep])
            word = word[keep:]
            length = sum(map(letter_width, word))
        line = f"{line} {word}" if line else word
        used = used + 0.33 + length if used else length
    if line:
        lines.append(line)
    if len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], lines[max_lines - 1].rstrip(" .,") + "…"]
    return tuple(lines)


def middle(words: str, cx: float, cy: float, width: float, height: float, size: float = 12) -> str:
    """SVG text centred on a point, within a width and a height."""
    lines = wrap(words, width, size, max(1, int(height / (size * LINE))))
    return _lines(lines, cx, cy - (len(lines) - 1) * size * LINE / 2 + size * 0.36, size, "middle")


def below(words: str, cx: float, top: float, width: float, size: float = 11) -> str:
    """SVG text centred under a point. It stands in the open: rather wider than `width` than a word cut in two."""
    longest = max((sum(map(letter_width, word)) for word in words.split()), default=0.0) * size + 1
    return _lines(wrap(words, max(width, min(longest, WIDEST)), size), cx, top + size, size, "middle")


def beside(words: str, left: float, top: float, width: float, height: float, size: float = 11) -> str:
    """SVG text flush left from an upper left corner."""
    return _lines(
        wrap(words, width, size, max(1, int(height / (size * LINE)))), left, top + size, size, "start"
    )


def _lines(lines: tuple[str, ...], x: float, y: float, size: float, anchor: str) -> str:
    if not lines:
        return ""
    head = f'<text class="bpmn-text" font-size="{size:g}" text-anchor="{anchor}" fill="#1b1d22"'
    if len(lines) == 1:
        return f'{head} x="{x:g}" y="{y:.1f}">{escape(lines[0])}</text>'
    spans = "".join(
        f'<tspan x="{x:g}" y="{y + i * size * LINE:.1f}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return f"{head}>{spans}</text>"
