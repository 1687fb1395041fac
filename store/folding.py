"""Vietnamese text for searching and sorting: the same on every server, whatever its collation."""

from __future__ import annotations

import re
import unicodedata

_ALPHABET = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"  # TCVN order of base letters
_RANK = {letter: chr(0x21 + rank) for rank, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}  # huyền hỏi ngã sắc nặng
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_AGENCY_PART = re.compile(r"\b[A-Za-z]\d{2}(\.\d+)*-")  # of a dossier code: H23.30.05-230615-0012


def plain(text: str) -> str:
    """`text` in ASCII, capitals and punctuation kept: "Đã trả – hồ sơ" -> "Da tra - ho so"."""
    swapped = text.translate({0x111: "d", 0x110: "D", 0x2013: "-", 0x201C: '"', 0x201D: '"'})
    bare = "".join(c for c in unicodedata.normalize("NFD", swapped) if not unicodedata.combining(c))
    return bare.encode("ascii", "replace").decode()


def fold(text: str) -> str:
    """`text` lower, without accents, đ as d: "Đặng Thị Hậu" -> "dang thi hau". Punctuation becomes one space."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return _NOT_WORD.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def sort_key(text: str) -> str:
    """A key that sorts by bytes as a Vietnamese dictionary does: words, then letters, then tones.

    a < ă < â and d < đ are different letters; tones (ngang, huyền, hỏi, ngã, sắc, nặng) decide only between
    words of the same letters.
    """
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text).lower():
        base, tone = _base_and_tone(char)
        if base in _RANK:
            letters.append(_RANK[base])
            tones.append(tone)
        elif letters and letters[-1] != " ":
            letters.append(" ")
    return "".join(letters).rstrip() + "\x1f" + "".join(tones).rstrip("1")


def dossier_key(name: str, code: str) -> str:
    """What a dossier is found by: folded name, date and serial. The agency's part of the code tells nothing apart."""
    return fold(f"{name} {_AGENCY_PART.sub('', code)}")


def tsquery(text: str) -> str:
    """`text` as a to_tsquery('simple') expression over folded keys; "" if nothing is left to search.

    At most eight words, all of them; the last may go on, for it is being typed. (A prefix of every word would
    gather the lists of all names that begin so: seconds at three million dossiers.)
    """
    words = _words(text)
    return " & ".join([*words[:-1], f"{words[-1]}:*"]) if words else ""


def patterns(text: str) -> list[str]:
    """The same words as LIKE patterns, all of which a folded key between two spaces matches."""
    words = _words(text)
    return [*(f"% {word} %" for word in words[:-1]), *(f"% {word}%" for word in words[-1:])]


def code_tsquery(text: str) -> str:
    """As `tsquery`, of the figures in a dossier's code alone: words find nothing."""
    return tsquery(" ".join(re.findall(r"[0-9]+", _AGENCY_PART.sub("", text))))


def _words(text: str) -> list[str]:
    return fold(_AGENCY_PART.sub("", text)).split()[:8]


def _base_and_tone(char: str) -> tuple[str, str]:
    tone, kept = "1", []
    for part in unicodedata.normalize("NFD", char):
        if part in _TONES:
            tone = _TONES[part]
        else:
            kept.append(part)
    return unicodedata.normalize("NFC", "".join(kept)), tone
