"""An e-form in English: which of its texts people read, and the same form with other words in their place.

The words come from the bundle's catalogue (`bpmn.texts`). A form is judged in Vietnamese whatever its reader's language;
only what is drawn is translated, and the English sentence of a problem names the field by its English label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from forms.fields import EForm
from forms.schema import load

PLAIN = ("label", "description", "text", "content", "alt", "title", "dateLabel", "timeLabel")
"""Properties of a field that are text to read."""
INSIDE = (("appearance", "prefixAdorner"), ("appearance", "suffixAdorner"), ("validate", "patternErrorMessage"))  # fmt: skip
"""The same one level deeper."""
LISTS = ("values", "columns")
"""Lists whose entries have a `label`."""


def texts(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of a well-formed schema with the field it belongs to, in the order of the form.

    What is FEEL as a whole (`=…`) is computed, not written: it has no translation.
    """
    yield from _each(schema, "title", "")
    for field in schema.get("components") or ():
        yield from _of_field(field)


def translated(schema: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The schema with each text that `words` knows in its other language; nothing else is touched."""
    form = _said(schema, ("title",), words)
    form["components"] = [_field(one, words) for one in schema.get("components") or ()]
    return form


@lru_cache(maxsize=512)
def in_english(e_form: EForm) -> EForm:
    """The form to draw on an English page: itself where its bundle has no English."""
    if not e_form.english:
        return e_form
    return load(translated(e_form.schema, e_form.english), e_form.key, english=e_form.english)


def _of_field(field: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    where = str(field.get("key") or field.get("path") or field.get("id") or "")
    for name in PLAIN:
        yield from _each(field, name, where)
    for outer, name in INSIDE:
        yield from _each(field.get(outer) or {}, name, where)
    for name in LISTS:
        for entry in field.get(name) or ():
            yield from _each(entry, "label", where)
    for child in field.get("components") or ():
        yield from _of_field(child)


def _each(holder: Mapping[str, Any], name: str, where: str) -> Iterator[tuple[str, str]]:
    text = holder.get(name)
    if isinstance(text, str) and text and not text.startswith("="):
        yield where, text


def _field(field: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    new = _said(field, PLAIN, words)
    for outer, name in INSIDE:
        if field.get(outer):
            new[outer] = _said(new[outer], (name,), words)
    for name in LISTS:
        if field.get(name):
            new[name] = [_said(entry, ("label",), words) for entry in field[name]]
    if field.get("components"):
        new["components"] = [_field(child, words) for child in field["components"]]
    return new


def _said(holder: Mapping[str, Any], names: tuple[str, ...], words: Mapping[str, str]) -> dict[str, Any]:
    found = {
        name: words[text] for name in names if isinstance(text := holder.get(name), str) and text in words
    }
    return {**holder, **found}
