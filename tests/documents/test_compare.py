"""Two versions of a text word by word: nothing of either is lost, and long texts are compared too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.documents.drafting import pieces

TEXTS = st.text(alphabet="ab \n", max_size=30)


@given(TEXTS, TEXTS)
def test_same_and_removed_are_the_older_same_and_added_the_newer(older: str, newer: str) -> None:
    found = pieces(older, newer)
    assert "".join(piece.text for piece in found if piece.kind != "added") == older
    assert "".join(piece.text for piece in found if piece.kind != "removed") == newer


def test_only_the_word_that_changed_is_marked() -> None:
    told = [(piece.kind, piece.text) for piece in pieces("đủ điều kiện cấp", "đủ căn cứ cấp phép")]
    assert told == [
        ("same", "đủ "),
        ("removed", "điều kiện "),
        ("added", "căn cứ "),
        ("same", "cấp"),
        ("added", " phép"),
    ]


def test_blanks_do_not_count_as_words() -> None:
    """Each blank of a long text would match every other: a page of a draft took seconds."""
    older = [f"từ{number}" for number in range(4000)]
    newer = [word if number % 10 else "khác" for number, word in enumerate(older)]
    assert len([piece for piece in pieces(" ".join(older), " ".join(newer)) if piece.kind == "same"]) == 400
