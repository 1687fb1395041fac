"""The names a text may use that are more than one word: which of them starts here?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from feel.errors import FeelError
from feel.lexer import KEYWORDS, Token, tokenize


class Names:
    """Known names by their first word, the longest first; variables before functions of the same length."""

    def __init__(self, variables: Iterable[str], functions: Iterable[str]) -> None:
        self.known: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
        for name in functions:
            self.learn(name, function=True)
        for name in variables:
            self.learn(name)

    def learn(self, name: str, function: bool = False) -> None:
        """Take a name in; names of one word need no learning."""
        words = _words_of(name)
        if len(words) > 1:
            entries = self.known.setdefault(words[0], [])
            if (words, name, function) not in entries:
                entries.append((words, name, function))
                entries.sort(key=lambda entry: (-len(entry[0]), entry[2]))

    def match(self, tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
        """The longest known name at `index` and the index behind it. A function with a keyword in its name (“date
        and time”) only counts before its parenthesis."""
        for words, name, function in self.known.get(tokens[index].text, ()):
            end = index + len(words)
            if end >= len(tokens) or any(tokens[index + i].text != word for i, word in enumerate(words)):
                continue
            following = tokens[end]
            if function and not KEYWORDS.isdisjoint(words) and following.text != "(":
                continue
            if following.kind == "name" and following.text not in KEYWORDS and not function:
                continue
            return name, end
        return None


@lru_cache(maxsize=4096)
def _words_of(name: str) -> tuple[str, ...]:
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelError:
        return (name,)
