"""English fills in what the Vietnamese text fills in, and computes nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.bundle import ENGLISH
from bpmn.compile import Parts
from bpmn.english import blanks
from bpmn.lint import Fault
from forms import EFormRefused, in_english

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    wrong = {
        text: said
        for text, said in parts.english.items()
        if said.startswith("=") or blanks(said) != blanks(text) or said.count("{{") != said.count("}}")
    }
    for text in wrong:
        yield Fault(
            text[:80],
            f"Bản tiếng Anh của “{text[:80]}” phải có đúng các chỗ điền {{{{…}}}} của câu này và không bắt đầu bằng “=”.",
            f"The English of {text[:80]!r} must have exactly its blanks {{{{…}}}} and may not begin with '='.",
            ENGLISH,
        )
    if wrong:
        return
    for key, form in parts.forms.items():
        try:
            in_english(form)
        except EFormRefused as refused:
            first = refused.problems[0]
            yield Fault(
                key,
                f"Biểu mẫu “{key}” không dùng được bằng tiếng Anh: {first.vi}",
                f"The form {key!r} cannot be used in English: {first.en}",
                ENGLISH,
            )
