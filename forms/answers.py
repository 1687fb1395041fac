"""Checking answers: what form-js would submit, what it would say against it, and what we say to people."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feel
from forms.fields import EForm
from forms.problem import Problem
from forms.schema import NO_WORDS
from forms.settle import Node, Settled, compute_on_submit, settle
from forms.strict import blank_text, forbidden_writes, misfits
from forms.template import compile_template
from forms.validate import REQUIRED, Fault, faults
from forms.values import Json, Path, TooLarge, path_text, plain, put


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check. Answers may be kept only if there are no problems."""

    answers: dict[str, Json]
    """What form-js submits: the visible, enabled inputs, as plain JSON."""
    errors: dict[str, Any]
    """form-js's own messages by field id; nested lists by row number for fields inside lists."""
    problems: tuple[Problem, ...]
    """The same for people: `where` is the key path (`con[0].ho_ten`), the sentence starts with the label."""

    @property
    def ok(self) -> bool:
        """True if nothing is wrong."""
        return not self.problems


def check(
    e_form: EForm,
    data: Mapping[str, Json],
    *,
    context: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    strict: bool = False,
    files: Container[str] = frozenset(),
) -> Checked:
    """Check answers as form-js-viewer 2.0.0 does on submission, once the form has come to rest.

    `data` are the answers (JSON values by key). `context` are further names for expressions and the values of fields
    that the applicant cannot change; `now` (aware) feeds now() and today(). `files` are the keys of uploaded files
    that file pickers may name; others are dropped, as form-js does.

    With `strict`, what form-js would quietly mend is a problem instead: unknown keys, wrong JSON types, writes to
    read-only fields, choices not offered, text out of bounds, blank text in required fields (docs/forms.md).
    Never raises for bad answers.
    """
    context = context or {}
    found: list[Problem] = []
    try:
        if strict:
            found += misfits(e_form, data)
        settled = settle(e_form, data, context=context, now=now, files=files)
        compute_on_submit(settled)
        broken = broken_rules(settled, strict=strict)
        if strict:
            named = {problem.where for problem in found}
            found += [one for one in forbidden_writes(settled, data, context) if one.where not in named]
    except TooLarge:
        return Checked({}, {}, (_TOO_LARGE,))
    except feel.BudgetExceeded as error:
        return Checked({}, {}, (Problem("", "too_costly", error.sentence_vi, error.sentence_en),))
    named = {problem.where for problem in found}
    found += [_problem(settled, node, fault) for node, fault in broken if path_text(node.path) not in named]
    return Checked(submitted(settled), _form_js_errors(broken), tuple(found))


_TOO_LARGE = Problem("", "too_large", "Dữ liệu gửi lên quá lớn.", "Expected less data.")


def submitted(settled: Settled) -> dict[str, Json]:
    """What form-js submits: visible inputs that are not disabled, hidden parts left out."""
    answers: dict[str, Json] = {}
    for node in settled.inputs:
        if not node.field.disabled:
            put(answers, node.path, plain(settled.value(node)))
    return answers


def broken_rules(settled: Settled, *, strict: bool = False) -> list[tuple[Node, Fault]]:
    """Each visible, enabled input with each rule it breaks; with `strict`, blank text is not filled in."""
    broken: list[tuple[Node, Fault]] = []
    for node in settled.inputs:
        one = node.field
        if one.disabled or (one.rules is None and one.type != "number"):
            continue
        value = settled.value(node)
        found = faults(one, value, node.scope, now=settled.now, budget=settled.budget)
        broken.extend((node, fault) for fault in found)
        if strict and one.rules is not None and one.rules.required and blank_text(value):
            broken.append((node, REQUIRED))
    return broken


def label_of(settled: Settled, node: Node, words: Mapping[str, str] = NO_WORDS) -> str:
    """The field's label as drawn where it stands, with its group where several bear it; its name if it has none.

    `words`: the same in another language.
    """
    one = node.field
    written = str(one.raw.get("label", ""))
    label = compile_template(words[written]) if written in words else one.label
    text = label.render(node.scope, now=settled.now, budget=settled.budget).rstrip(". :")
    if text and one.within and written in settled.e_form.ambiguous:
        text = f"{text} ({words.get(one.within, one.within)})"
    dated = str(one.raw.get("dateLabel") or one.raw.get("timeLabel") or one.name)
    return text or words.get(dated, dated)


def _problem(settled: Settled, node: Node, fault: Fault) -> Problem:
    words = settled.e_form.english
    label, label_en = label_of(settled, node), label_of(settled, node, words)
    rows = "".join(f" (dòng {number + 1})" for number in node.indexes)
    rows_en = "".join(f" (row {number + 1})" for number in node.indexes)
    one = node.field
    vi = _MUST_BE.get(one.raw.get("subtype", "date") if one.type == "datetime" else one.type) or fault.vi
    vi = vi if fault is REQUIRED else fault.vi
    en = words.get(fault.en, fault.en)  # the message that a pattern's author wrote
    return Problem(path_text(node.path), fault.code, f"{label}{rows}: {vi}.", f"{label_en}{rows_en}: {en}")


_MUST_BE = {
    "checkbox": "phải đánh dấu",
    "radio": "phải chọn một",
    "select": "phải chọn một",
    "checklist": "phải chọn ít nhất một",
    "taglist": "phải chọn ít nhất một",
    "filepicker": "phải chọn tệp",
    "date": "phải điền ngày",
    "time": "phải điền giờ",
    "datetime": "phải điền ngày và giờ",
}
"""How a person fills in what is no text."""


def _form_js_errors(broken: list[tuple[Node, Fault]]) -> dict[str, Any]:
    gathered: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for node, fault in broken:
        messages = gathered.setdefault((node.field.id, node.indexes), [])
        if fault.en not in messages:
            messages.append(fault.en)
    errors: dict[str, Any] = {}
    for (field_id, indexes), messages in gathered.items():
        path: Path = (field_id, *indexes)
        put(errors, path, messages)
    return errors
