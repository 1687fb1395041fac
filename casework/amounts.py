"""Đồng in words, as a cashier writes them on a receipt: 1.005.000 → một triệu không trăm lẻ năm nghìn đồng.

Own code: the library for it (num2words) needs a package that comes without a wheel, and reads the zeros within an amount
as in speech, not as on paper.
"""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
BILLION = 1_000_000_000


def in_words(amount_vnd: int) -> str:
    """A whole number of đồng from 0 on, with its first letter large. Raises ValueError below zero."""
    if amount_vnd < 0:
        raise ValueError(f"expected an amount from 0 on, found {amount_vnd}")
    words = " ".join(_number(amount_vnd, whole=False)) if amount_vnd else DIGITS[0]
    return f"{words[:1].upper()}{words[1:]} đồng"


def _number(value: int, *, whole: bool) -> list[str]:
    """`whole`: something stands before, so that zeros in front are said."""
    billions, below = divmod(value, BILLION)
    words = [*_number(billions, whole=whole), "tỷ"] if billions else []
    whole = whole or bool(billions)
    for unit, name in ((1_000_000, "triệu"), (1000, "nghìn"), (1, "")):
        group = below // unit % 1000
        if group:
            words += [*_group(group, whole=whole), *([name] if name else [])]
            whole = True
    return words


def _group(value: int, *, whole: bool) -> list[str]:
    """Three digits."""
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or whole else []
    if tens == 0:
        return [*words, *(["lẻ"] if ones and words else []), *([DIGITS[ones]] if ones else [])]
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    if ones == 5:
        return [*words, "lăm"]
    return [*words, *([DIGITS[ones]] if ones else [])]
