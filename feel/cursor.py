"""Walking over tokens: look ahead, take, expect, and complain with a place and what was expected."""

from __future__ import annotations

from feel.errors import FeelError
from feel.lexer import Token, position_of, tokenize

MAX_NESTING = 60


class Cursor:
    """A place in the tokens of one text, with bounds on nesting and on work (ranges may be read twice)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.nesting = 0
        self.work = 60 * len(self.tokens) + 2_000

    def _peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def _next(self) -> Token:
        self.work -= 1
        if self.work < 0:
            raise self._error(
                "Biểu thức quá rối, không phân tích được.", "Expected a simpler expression.", "feel.too_deep"
            )
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def _back(self, token: Token) -> None:
        """Undo the `_next` that gave `token`."""
        self.index -= token.kind != "end"

    def _accept(self, text: str) -> bool:
        token = self._peek()
        if token.text == text and token.kind in ("op", "name"):
            self._next()
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._unexpected(f"“{text}”", f"“{text}”")

    def _expect_end(self) -> None:
        if self._peek().kind != "end":
            raise self._unexpected("hết biểu thức", "the end of the expression")

    def _deeper(self) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self._error(
                "Biểu thức lồng nhau quá sâu.",
                f"Expected at most {MAX_NESTING} nested levels.",
                "feel.too_deep",
            )

    def _unexpected(self, wanted_vi: str, wanted_en: str) -> FeelError:
        found = self._peek().text
        if not found:
            return self._error(
                f"Cần {wanted_vi} nhưng biểu thức đã hết.", f"Expected {wanted_en} but the expression ended."
            )
        return self._error(
            f"Cần {wanted_vi} nhưng gặp “{found[:40]}”.", f"Expected {wanted_en} but found “{found[:40]}”."
        )

    def _error(self, vi: str, en: str, code: str = "feel.syntax") -> FeelError:
        line, column = position_of(self.text, self._peek().start)
        return FeelError(code, vi, en, line, column)
