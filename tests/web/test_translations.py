"""Every text of the pages has its English, with the same blanks to fill in."""

from __future__ import annotations

import re

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from assembly.settings import CHECKOUT

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
PO = CHECKOUT / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def test_every_text_of_the_pages_has_its_english() -> None:
    """How to add one, and to drop what is no longer said: docs/how-to/translate.md."""
    with PO.open("rb") as file:
        english = {
            _first(message.id): _first(message.string) for message in read_po(file, locale="en") if message.id
        }
    used = {
        _first(text) for _, _, text, _, _ in extract_from_dir(CHECKOUT / "web", METHODS, keywords=KEYWORDS)
    }
    missing = sorted(text for text in used if not english.get(text))
    assert missing == []
    assert sorted(set(english) - used) == [], "no page says it any more (docs/how-to/translate.md)"
    wrong = [text for text, said in english.items() if _blanks(text) != _blanks(said)]
    assert wrong == []


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    """Of a text that counts (one day, two days), the singular; empty if any form is missing."""
    if isinstance(text, str):
        return text
    return str(text[0]) if all(text) else ""


def _blanks(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s", text))
