"""What feel says when it refuses: one exception for texts that do not compile, one for budgets that end."""

from __future__ import annotations


class FeelError(Exception):
    """A FEEL text that cannot be compiled.

    `code` is stable (`feel.syntax`, `feel.unknown_function`, `feel.too_deep`, `feel.too_long`, `feel.budget`);
    the sentences say what was found and what was expected; `line` and `column` count from 1.
    """

    def __init__(self, code: str, sentence_vi: str, sentence_en: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{code} at {line}:{column}: {sentence_en}")
        self.code = code
        self.sentence_vi = sentence_vi
        self.sentence_en = sentence_en
        self.line = line
        self.column = column


class BudgetExceeded(FeelError):
    """An evaluation used more steps, memory or depth than its budget allows; nothing else is ever raised."""

    def __init__(self, kind: str) -> None:
        words = {
            "steps": ("số bước tính", "steps"),
            "size": ("dung lượng dữ liệu", "data size"),
            "depth": ("độ sâu lồng nhau", "nesting depth"),
        }[kind]
        super().__init__(
            "feel.budget",
            f"Biểu thức vượt quá giới hạn {words[0]} cho phép.",
            f"The expression exceeds its budget of {words[1]}.",
        )
        self.kind = kind
