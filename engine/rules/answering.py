"""Answers of an e-form, checked by the one evaluator that also draws the form (strict: nothing is quietly mended)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import forms
from engine.commands import Answers, ComponentGiven
from engine.rejection import Rejected
from engine.rules.draft import Draft


def checked(
    draft: Draft,
    form: str | None,
    answers: Answers,
    given: Iterable[ComponentGiven] = (),
    **more: object,
) -> Mapping[str, Any] | Rejected:
    """The answers to keep, or every problem at once. `more` are further names for conditions (`outcome`)."""
    if form is None or form not in draft.definition.forms:
        if answers:
            return Rejected(
                "unknown_key",
                "Bước này không có biểu mẫu điện tử nên không nhận dữ liệu.",
                "Expected no answers: the step has no e-form.",
            )
        return {}
    files = frozenset(attachment for one in given for attachment in one.attachments)
    found = forms.check(
        draft.definition.forms[form],
        answers,
        context={**draft.scope(), **more},
        now=draft.now,
        strict=True,
        files=files,
    )
    if found.ok:
        return found.answers
    return Rejected(
        "answers_invalid",
        f"Biểu mẫu còn {len(found.problems)} chỗ chưa đúng.",
        f"The e-form has {len(found.problems)} problem(s).",
        tuple(found.problems),
    )
