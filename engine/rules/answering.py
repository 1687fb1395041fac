"""Answers of an e-form, checked by the one evaluator that also draws the form (strict: nothing is quietly mended)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import forms
from engine.commands import Answers
from engine.rejection import Rejected
from engine.rules.draft import Draft


def checked(
    draft: Draft,
    form: str | None,
    answers: Answers,
    **more: object,
) -> Mapping[str, Any] | Rejected:
    """The answers to keep, or every problem at once. `more` are further names for conditions (`outcome`).

    Files are taken as named: the gate refuses those that are not the actor's to give (`casework.attachments.free`).
    """
    if form is None or form not in draft.definition.forms:
        if answers:
            return Rejected(
                "unknown_key",
                "Bước này không có biểu mẫu điện tử nên không nhận dữ liệu.",
                "Expected no answers: the step has no e-form.",
            )
        return {}
    e_form = draft.definition.forms[form]
    found = forms.check(
        e_form,
        answers,
        context={**draft.scope(), **more},
        now=draft.now,
        strict=True,
        files=forms.files_named(e_form, answers),
    )
    if found.ok:
        return found.answers
    return Rejected(
        "answers_invalid",
        f"Biểu mẫu còn {len(found.problems)} chỗ chưa đúng.",
        f"The e-form has {len(found.problems)} problem(s).",
        tuple(found.problems),
    )
