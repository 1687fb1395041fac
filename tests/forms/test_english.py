"""A form in English: other words, the same form. What is accepted does not hang on the reader's language."""

from __future__ import annotations

from typing import Any

from forms import check, in_english, load, state
from tests.forms.build import text

WORDS = {
    "Họ tên": "Full name",
    "Chữ in hoa.": "Capital letters.",
    "Nam": "Male",
    "Giới tính": "Sex",
    "Sai mẫu.": "Wrong pattern.",
    "Người mẹ": "The mother",
    "Xin chào {{ten}}": "Hello {{ten}}",
    "Từ ngày": "From",
}
COMPONENTS: list[dict[str, Any]] = [
    text("ten", label="Họ tên", description="Chữ in hoa.", validate={"required": True, "pattern": "^[A-Z]+$", "patternErrorMessage": "Sai mẫu."}),
    {"type": "radio", "key": "gioi", "label": "Giới tính", "values": [{"label": "Nam", "value": "nam"}, {"label": "Nữ", "value": "nu"}]},
    {"type": "group", "label": "Người mẹ", "components": [text("me", label="Họ tên", validate={"required": True})]},
    {"type": "datetime", "key": "tu", "dateLabel": "Từ ngày", "validate": {"required": True}},
    {"type": "text", "text": "Xin chào {{ten}}"},
]  # fmt: skip
SCHEMA = {"type": "default", "id": "F", "components": COMPONENTS}
FORM = load(SCHEMA, "don", english=WORDS)
GOOD = {"ten": "AN", "gioi": "nam", "me": "B", "tu": "2023-06-01"}


def test_what_is_drawn_is_english_and_what_has_none_stays() -> None:
    """Labels, descriptions, choices, texts with blanks; a choice without English is shown as it is."""
    drawn = {one.id: one for one in state(in_english(FORM), GOOD).fields()}
    name, sex, mother, _, since, hello = drawn.values()
    assert (name.label, name.description) == ("Full name", "Capital letters.")
    assert [option["label"] for option in sex.options] == ["Male", "Nữ"]
    assert [option["value"] for option in sex.options] == ["nam", "nu"]
    assert mother.label == "The mother"
    assert since.label == "From"
    assert "Hello AN" in hello.html


def test_the_same_answers_pass_and_fail_in_both_languages() -> None:
    """One judgement: the form that judges is the Vietnamese one, also for a reader of English."""
    for answers in (GOOD, GOOD | {"ten": "an"}, {}, GOOD | {"gioi": "Male"}):
        one, other = check(FORM, answers, strict=True), check(in_english(FORM), answers, strict=True)
        assert one.answers == other.answers
        assert [(p.where, p.code) for p in one.problems] == [(p.where, p.code) for p in other.problems]


def test_a_problem_names_the_field_in_the_language_of_its_sentence() -> None:
    """Vietnamese in `vi`, English in `en`: with its group, with a pattern's own message, of a strict refusal."""
    problems = {p.where: p for p in check(FORM, {"ten": "an", "gioi": "x", "me": ""}, strict=True).problems}
    assert problems["ten"].en == "Full name: Wrong pattern."
    assert problems["ten"].vi == "Họ tên: Sai mẫu."
    assert problems["me"].vi.startswith("Họ tên (Người mẹ): ")
    assert problems["me"].en == "Full name (The mother): Field is required."
    assert problems["gioi"].en.startswith("Sex (gioi): ")
    assert problems["tu"].en == "From: Field is required."


def test_a_form_without_english_is_the_same_form() -> None:
    """Nothing is compiled twice where there is nothing to say."""
    plain = load(SCHEMA, "don")
    assert in_english(plain) is plain
