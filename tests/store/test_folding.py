"""Vietnamese words are found without accents and stand in dictionary order."""

from __future__ import annotations

import unicodedata

import pytest

from store.folding import dossier_key, fold, patterns, sort_key, tsquery


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đặng Thị Hậu", "dang thi hau"),
        ("H23.30.05-230615-0012", "h23 30 05 230615 0012"),
        (unicodedata.normalize("NFD", "NGUYỄN ĐỨC QUỲNH"), "nguyen duc quynh"),
        ("  (UBND) phường  ", "ubnd phuong"),
        ("", ""),
    ],
)
def test_folding_drops_accents_case_and_punctuation(written: str, folded: str) -> None:
    """What is stored and what is searched for are folded by the same rule."""
    assert fold(written) == folded


def test_words_sort_by_letter_then_by_tone() -> None:
    """a < ă < â and d < đ are letters; the tone decides only between the same letters."""
    words = ["Đà", "Dạ", "Ân", "Da", "Ăn", "An", "Dà", "Dã", "Dá", "Dả", "Đường", "Dà Nam", "Da Nam"]
    expected = ["An", "Ăn", "Ân", "Da", "Dà", "Dả", "Dã", "Dá", "Dạ", "Da Nam", "Dà Nam", "Đà", "Đường"]
    assert sorted(words, key=sort_key) == expected


def test_composed_and_decomposed_letters_sort_alike() -> None:
    """A name typed on a Mac and one typed on Windows are the same name."""
    assert sort_key(unicodedata.normalize("NFD", "Huế")) == sort_key("Huế")


def test_a_search_has_nothing_of_the_query_language_in_it() -> None:
    """Operators and quotes that a user types are only punctuation."""
    assert tsquery("Nguyễn & (Quỳnh | !'x')") == "nguyen & quynh & x:*"
    assert tsquery("&|!") == ""


def test_a_dossier_is_found_by_name_date_and_serial() -> None:
    """Typed whole, in part, or without accents; the agency's part of the code is no word to search."""
    assert dossier_key("Đặng Thị Hậu", "H23.30.05-230615-0012") == "dang thi hau 230615 0012"
    assert tsquery("H23.30.05-230615-0012") == "230615 & 0012:*"
    assert tsquery("hậu 0012") == "hau & 0012:*"
    assert patterns("hậu 0012") == ["% hau %", "% 0012%"]
    assert patterns("&|!") == []
    assert tsquery("H23.30.05-") == ""
