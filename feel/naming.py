"""Where a name ends, and what stands in its place in types: the hard part of FEEL's grammar.

`a - b` may be one name. A known name (given by the caller, defined in the text, or a built-in function) wins by longest
match; words that follow each other without an operator are otherwise one name (DMN 1.5 §10.3.1.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from feel import syntax as s
from feel.cursor import Cursor
from feel.lexer import KEYWORDS
from feel.names import Names

_SPACES = re.compile(r"\s+")


class NameParser(Cursor):
    """Reads names and types. `names` may hold spaces and symbols; `functions` are the built-ins' names."""

    def __init__(self, text: str, names: Iterable[str], functions: Iterable[str]) -> None:
        super().__init__(text)
        self.names = Names(names, functions)

    # -- names ----------------------------------------------------------------------------------------------

    def _known_name(self) -> str | None:
        """The longest known name that starts here, taken."""
        found = self.names.match(self.tokens, self.index)
        if found is None:
            return None
        self.index = found[1]
        return found[0]

    def _member(self) -> str:
        token = self._peek()
        if token.kind == "quoted":
            self._next()
            return token.text[1:-1]
        return self._known_name() or self._words(allow_keywords=True)

    def _words(self, allow_keywords: bool = False) -> str:
        start = self.index
        if allow_keywords:
            known = self._known_type()
            if known:
                return known
            if self._peek().kind == "name":
                self._next()
        while self._peek().kind == "name" and self._peek().text not in KEYWORDS:
            self._next()
        if self.index == start:
            raise self._unexpected("một tên", "a name")
        return self._slice(start, self.index)

    def _known_type(self) -> str | None:
        for words in (
            ("date", "and", "time"),
            ("days", "and", "time", "duration"),
            ("years", "and", "months", "duration"),
        ):
            if all(self._peek(i).text == word for i, word in enumerate(words)):
                self.index += len(words)
                return " ".join(words)
        return None

    def _free_name(self, stops: tuple[str, ...]) -> str:
        """A name being defined: every token up to one of `stops`."""
        start = self.index
        while self._peek().text not in stops:
            token = self._peek()
            if token.kind in ("end", "string", "at") or token.text in ("(", ")", "{", "}", "[", "]", ","):
                break
            self._next()
        if self.index == start:
            raise self._unexpected("một tên", "a name")
        if self.index == start + 1 and self.tokens[start].kind == "quoted":
            return self.tokens[start].text[1:-1]
        return self._slice(start, self.index)

    def _slice(self, start: int, end: int) -> str:
        return _SPACES.sub(" ", self.text[self.tokens[start].start : self.tokens[end - 1].end])

    def _argument_name(self) -> tuple[str, int] | None:
        """`name :` ahead: the name and the index behind the colon."""
        end = self.index
        while self.tokens[end].kind == "name":
            end += 1
        if end == self.index or self.tokens[end].text != ":":
            return None
        return self._slice(self.index, end), end + 1

    # -- types ----------------------------------------------------------------------------------------------

    def _type(self) -> s.TypeNode:
        self._deeper()
        name = self._words(allow_keywords=True)
        node = s.TypeNode(name)
        if name == "function" and self._accept("<"):
            node = s.TypeNode(name, self._types_until(">"))
            self._expect("->")
            node = s.TypeNode(name, (*node.arguments, self._type()))
        elif name in ("list", "range") and self._accept("<"):
            node = s.TypeNode(name, self._types_until(">"))
        elif name == "context" and self._accept("<"):
            members: list[tuple[str, s.TypeNode]] = []
            while not self._accept(">"):
                key = self._free_name((":",))
                self._expect(":")
                members.append((key, self._type()))
                self._accept(",")
            node = s.TypeNode(name, (), tuple(members))
        self.nesting -= 1
        return node

    def _types_until(self, closing: str) -> tuple[s.TypeNode, ...]:
        types: list[s.TypeNode] = []
        while not self._accept(closing):
            types.append(self._type())
            self._accept(",")
        return tuple(types)
