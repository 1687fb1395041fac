"""`en.po` of a bundle: a gettext catalogue from its texts to their English, made by strangers (dialect §1).

`msgid` is the text as it stands in the bundle, `msgstr` its English. A text has one English wherever it stands; contexts
and plurals are not read.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Mapping

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

MAX_BYTES = 1_000_000
MAX_TEXTS = 5_000
HEAD = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
BLANK = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STRING = rb'"((?:\\.|[^"\\])*)"'
_LINE = re.compile(rb"(?:msgid |msgstr )?" + _STRING)
_MSGID = re.compile(rb"^msgid ((?:" + _STRING + rb"\s*)+)", re.MULTILINE)


class EnglishRefused(ValueError):
    """The catalogue cannot be used; `vi` and `en` say why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


def read(data: bytes) -> dict[str, str]:
    """Vietnamese to English, of what is translated and not marked fuzzy. Raises EnglishRefused."""
    return {
        message.id: message.string
        for message in _catalogue(_plain(data))
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
        and not message.fuzzy
    }


def write(places: Mapping[str, list[str]], data: bytes = b"") -> bytes:
    """The catalogue of these texts (of `bpmn.texts.listed`) as a file; what `data` has translated is kept,
    also what is not used now.

    Equal texts give equal bytes. Raises EnglishRefused where `data` cannot be read.
    """
    _plain(data)
    old = _catalogue(data) if data else Catalog()
    new = Catalog()
    for text, where in places.items():
        known = old.get(text) or old.obsolete.get(text)
        flags = known.flags if known else ()
        new.add(text, known.string if known else "", flags=flags, auto_comments=list(dict.fromkeys(where)))
    for message in [*old, *old.obsolete.values()]:
        if isinstance(message.id, str) and message.id and message.id not in places and message.string:
            new.obsolete[message.id] = message
    out = io.BytesIO()
    write_po(out, new, width=0, omit_header=True)
    return f"{HEAD}\n".encode() + out.getvalue().lstrip(b"\n")


def blanks(text: str) -> list[str]:
    """What is filled in: `{{name}}`. The same in both languages, in any order."""
    return sorted(re.sub(r"\s", "", blank) for blank in BLANK.findall(text))


def _plain(data: bytes) -> bytes:
    """The catalogue without its comments, which cost the reader more than they are worth to us.

    What the reader would make the best of, losing words, is refused: a string that does not end, a text that comes twice.
    So are plurals: their number, which the file may choose, is the size of a list.
    """
    if len(data) > MAX_BYTES:
        raise EnglishRefused("Tệp lớn hơn 1 MB.", "The file is larger than 1 MB.")
    kept = []
    for number, line in enumerate(data.removeprefix(BOM_UTF8).splitlines(), 1):
        line = line.strip()
        if line.startswith((b"msgid_plural", b"msgstr[", b"msgctxt")):
            raise EnglishRefused(
                f"Dòng {number}: không dùng msgctxt, msgid_plural và msgstr[…].",
                f"Line {number}: msgctxt, msgid_plural and msgstr[…] are not used.",
            )
        if line.startswith(b"#"):
            if line.startswith(b"#,") and b"fuzzy" in line:
                kept.append(b"#, fuzzy")
        elif line and not _LINE.fullmatch(line):
            raise EnglishRefused(
                f"Dòng {number} không phải msgid, msgstr hay một chuỗi trong dấu ngoặc kép.",
                f"Line {number} is no msgid, msgstr or quoted string.",
            )
        else:
            kept.append(line)
    plain = b"\n".join(kept)
    _no_twins(plain)
    return plain


def _no_twins(plain: bytes) -> None:
    seen = set()
    for found in _MSGID.finditer(plain):
        text = b"".join(re.findall(_STRING, found[1]))
        if text in seen:
            said = text.decode(errors="replace")[:80]
            raise EnglishRefused(f"Câu “{said}” có hai lần.", f"The text {said!r} is there twice.")
        seen.add(text)


def _catalogue(data: bytes) -> Catalog:
    try:
        found = read_po(io.StringIO(data.decode("utf-8-sig")), locale="en", abort_invalid=True)
    except UnicodeDecodeError as error:
        raise EnglishRefused("Tệp phải là UTF-8.", "The file must be UTF-8.") from error
    except (PoFileError, ValueError, LookupError, TypeError, AttributeError) as error:
        why = str(error)[:200]
        raise EnglishRefused(f"Không phải tệp gettext: {why}.", f"Not a gettext catalogue: {why}.") from error
    if len(found) > MAX_TEXTS:
        raise EnglishRefused(f"Có hơn {MAX_TEXTS} câu.", f"More than {MAX_TEXTS} texts.")
    return found
