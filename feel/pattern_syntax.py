"""The grammar of XPath regular expressions: to a small tree, to Python `re` source, and to a bound of their cost."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from feel.pattern_classes import BadPattern, bracket, unicode_property

MAX_PATTERN = 2_000
MAX_REPEAT = 1_000
MAX_NESTING = 30


@dataclass(frozen=True, slots=True)
class Item:
    """One node: `kind` is char (source of one-character pattern), start, end, group, back, sequence, choice, repeat."""

    kind: str
    source: str = ""
    items: tuple[Item, ...] = ()
    number: int = 0
    low: int = 1
    high: int | None = 1
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    tree: Item
    source: str
    groups: int
    back_references: bool
    degree: int | None  # backtracking costs at most about length ** (degree + 1); None: no such bound
    width: int  # items in the pattern


def parse(pattern: str, *, dot_all: bool, multiline: bool, spaced: bool) -> Parsed:
    """Raises `BadPattern`."""
    if len(pattern) > MAX_PATTERN:
        raise BadPattern
    reader = _Reader(_without_spaces(pattern) if spaced else pattern, dot_all, multiline)
    tree = reader.choice()
    if reader.position < len(reader.pattern):
        raise BadPattern
    degree, width = _cost(tree)
    return Parsed(tree, _emit(tree), reader.groups, reader.back_references, degree, width)


class _Reader:
    def __init__(self, pattern: str, dot_all: bool, multiline: bool) -> None:
        self.pattern = pattern
        self.position = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.nesting = 0
        self.back_references = False
        self.dot = r"[\s\S]" if dot_all else r"[^\n\r]"
        self.line_start = r"(?m:^)" if multiline else r"\A"
        self.line_end = r"(?m:$)" if multiline else r"\Z"

    def peek(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise BadPattern
        self.position += 1
        return character

    def choice(self) -> Item:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise BadPattern
        branches = [self.branch()]
        while self.peek() == "|":
            self.position += 1
            branches.append(self.branch())
        self.nesting -= 1
        return branches[0] if len(branches) == 1 else Item("choice", items=tuple(branches))

    def branch(self) -> Item:
        items: list[Item] = []
        while self.peek() not in ("", "|", ")"):
            items.append(self.quantified(self.atom()))
        return Item("sequence", items=tuple(items))

    def quantified(self, item: Item) -> Item:
        sign = self.peek()
        if sign not in ("?", "*", "+", "{") or not sign:
            return item
        low, high = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign, (0, 0))
        if sign == "{":
            match = re.compile(r"\{(\d{1,4})(,(\d{1,4})?)?\}", re.ASCII).match(self.pattern, self.position)
            if match is None:
                raise BadPattern
            low = int(match[1])
            high = low if match[2] is None else None if match[3] is None else int(match[3])
            self.position = match.end()
            if low > MAX_REPEAT or (high is not None and (high > MAX_REPEAT or high < low)):
                raise BadPattern
        else:
            self.position += 1
        lazy = self.peek() == "?"
        self.position += lazy
        if self.peek() in ("?", "*", "+", "{") and self.peek():
            raise BadPattern
        if item.kind in ("start", "end"):
            return Item("sequence") if low == 0 else item
        return Item("repeat", items=(item,), low=low, high=high, lazy=lazy)

    def atom(self) -> Item:
        character = self.take()
        match character:
            case "(":
                return self.group()
            case "[":
                return Item("char", self.char_class())
            case ".":
                return Item("char", self.dot)
            case "^":
                return Item("start", self.line_start)
            case "$":
                return Item("end", self.line_end)
            case "\\":
                return self.escape()
            case "?" | "*" | "+" | "{" | "}" | "]":
                raise BadPattern
        return Item("char", re.escape(character))

    def group(self) -> Item:
        if self.pattern.startswith("?:", self.position):
            self.position += 2
            inner = self.choice()
            self.expect(")")
            return inner
        if self.peek() == "?":
            raise BadPattern
        self.groups += 1
        number = self.groups
        inner = self.choice()
        self.expect(")")
        self.closed.add(number)
        return Item("group", items=(inner,), number=number)

    def escape(self) -> Item:
        if self.peek() in "123456789" and self.peek():
            number = int(self.take())
            while (
                self.peek() in "0123456789" and self.peek() and number * 10 + int(self.peek()) <= self.groups
            ):
                number = number * 10 + int(self.take())
            if number not in self.closed:
                raise BadPattern
            self.back_references = True
            return Item("back", number=number)
        return Item("char", self.char_escape(inside=False))

    def char_escape(self, inside: bool) -> str:
        """The source of an escape behind its backslash, for use inside or outside of brackets."""
        character = self.take()
        simple = {"n": r"\n", "r": r"\r", "t": r"\t"}.get(character)
        if simple:
            return simple
        if character in r"\|.-^?*+{}()[]$/ #&~\"',;:=<>!%@`_":
            return re.escape(character)
        if character in "dDwW":
            return "\\" + character
        if character in "sSiIcC":
            body = {"s": r" \t\n\r", "i": r"A-Za-z_:À-￿", "c": r"\-.0-9:A-Z_a-z·À-￿"}[character.lower()]
            return bracket(body, character.isupper(), inside)
        if character in "pP":
            match = re.compile(r"\{\s*([A-Za-z0-9\-]+)\s*\}").match(self.pattern, self.position)
            if match is None or " " in match[0]:
                raise BadPattern
            self.position = match.end()
            return bracket(unicode_property(match[1]), character == "P", inside)
        if character == "u":
            match = re.compile(r"\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4})").match(self.pattern, self.position)
            if match is None or int(match[1] or match[2], 16) > sys.maxunicode:
                raise BadPattern
            self.position = match.end()
            return re.escape(chr(int(match[1] or match[2], 16)))
        raise BadPattern

    def char_class(self) -> str:
        """`[...]` behind its opening bracket, with subtraction `[a-z-[aeiou]]`."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise BadPattern
        negated = self.peek() == "^"
        self.position += negated
        parts: list[str] = []
        minus = ""
        while True:
            character = self.take()
            if character == "]" and parts:
                break
            if character == "[":
                raise BadPattern
            if character == "-" and self.peek() == "[" and parts:
                self.position += 1
                minus = self.char_class()
                self.expect("]")
                break
            low = self.char_escape(inside=True) if character == "\\" else re.escape(character)
            if self.peek() == "-" and self.pattern[self.position + 1 : self.position + 2] not in (
                "]",
                "[",
                "",
            ):
                self.position += 1
                following = self.take()
                high = self.char_escape(inside=True) if following == "\\" else re.escape(following)
                parts.append(f"{low}-{high}")
            else:
                parts.append(low)
        self.nesting -= 1
        source = f"[{'^' if negated else ''}{''.join(parts)}]"
        return f"(?:(?!{minus}){source})" if minus else source

    def expect(self, character: str) -> None:
        if self.take() != character:
            raise BadPattern


def _without_spaces(pattern: str) -> str:
    """The x flag: white space means nothing outside of brackets."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for character in pattern:
        if character.isspace() and not depth:
            continue
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        escaped = character == "\\" and not escaped
        kept.append(character)
    return "".join(kept)


def _emit(item: Item) -> str:
    match item.kind:
        case "char" | "start" | "end":
            return item.source
        case "group":
            return f"({_emit(item.items[0])})"
        case "back":
            return f"(?:\\{item.number})"
        case "sequence":
            return "".join(_emit(part) for part in item.items)
        case "choice":
            return "(?:" + "|".join(_emit(part) for part in item.items) + ")"
    high = "" if item.high is None else str(item.high)
    return f"(?:{_emit(item.items[0])}){{{item.low},{high}}}{'?' if item.lazy else ''}"


def _cost(item: Item) -> tuple[int | None, int]:
    """(degree, width): every open-ended repeat adds a degree; repeats of what is not one fixed text have none."""
    if item.kind in ("char", "start", "end", "back"):
        return 0, 1
    if item.kind == "repeat":
        degree, width = _cost(item.items[0])
        if item.high is not None and item.high <= 1:
            return degree, width + 1
        if item.items[0].kind != "char":
            return (0, width * item.high) if _fixed(item.items[0]) and item.high else (None, width)
        return (1, width) if item.high is None or item.high > 3 else (0, width * item.high)
    degrees, widths = zip(*(_cost(part) for part in item.items), strict=True) if item.items else ((0,), (1,))
    if None in degrees:
        return None, sum(widths)
    total: int = sum(degrees)
    return total, sum(widths) * (
        2 ** min(sum(part.kind == "repeat" for part in item.items), 20) if total == 0 else 1
    )


def _fixed(item: Item) -> bool:
    """Whether the item always takes the same number of characters in one way only."""
    if item.kind in ("char", "start", "end"):
        return True
    return item.kind in ("sequence", "group") and all(_fixed(part) for part in item.items)
