"""Amounts in words as receipts write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.amounts import in_words

VALUES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
}  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (8000, "Tám nghìn đồng"),
        (10500, "Mười nghìn năm trăm đồng"),
        (37500, "Ba mươi bảy nghìn năm trăm đồng"),
        (75015, "Bảy mươi lăm nghìn không trăm mười lăm đồng"),
        (105021, "Một trăm lẻ năm nghìn không trăm hai mươi mốt đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (2_000_005, "Hai triệu không trăm lẻ năm đồng"),
        (3_000_000_000, "Ba tỷ đồng"),
        (12_000_011_000, "Mười hai tỷ không trăm mười một nghìn đồng"),
    ],
)
def test_as_a_cashier_writes_it(amount: int, words: str) -> None:
    assert in_words(amount) == words


@given(st.integers(1, 999_999_999_999))
def test_the_words_say_the_amount(amount: int) -> None:
    """Read back by another way: digits add up to groups, groups to the amount."""
    assert read(in_words(amount).lower().removesuffix(" đồng")) == amount


def test_below_zero_is_no_amount() -> None:
    with pytest.raises(ValueError, match="from 0 on"):
        in_words(-1)


def read(words: str) -> int:
    if "tỷ" in words:
        above, _, below = words.partition("tỷ")
        return read(above) * 1_000_000_000 + read(below)
    total, group, last = 0, 0, 0
    for word in words.split():
        if word in VALUES:
            group += last
            last = VALUES[word]
        elif word == "trăm":
            group, last = group + last * 100, 0
        elif word == "mươi":
            group, last = group + last * 10, 0
        elif word == "mười":
            group += last
            last = 10
        elif word in ("nghìn", "triệu"):
            total, group, last = total + (group + last) * (1000 if word == "nghìn" else 1_000_000), 0, 0
    return total + group + last
