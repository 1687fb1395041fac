"""An expected refusal as a value: a stable code and a sentence a person can act on."""

from __future__ import annotations

from dataclasses import dataclass

from forms.problem import Problem

__all__ = ["REASON_REQUIRED", "Problem", "Rejected"]


@dataclass(frozen=True)
class Rejected:
    """The command changes nothing. All problems of a form stand in `problems` at once.

    `code` is stable (docs/dialect.md lists them); `vi` and `en` say what was expected and what was found.
    """

    code: str
    vi: str
    en: str
    problems: tuple[Problem, ...] = ()


_WHY = ("Phải ghi rõ lý do.", "Expected a reason, but it is empty.")
REASON_REQUIRED = Rejected("reason_required", *_WHY, (Problem("reason", "required", *_WHY),))
