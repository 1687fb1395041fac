"""Events as JSON: `{"type": class name, "v": version, …fields}`, what a row of the event log holds.

Fields at their default are left out, so that a field added later changes no old row and no hash.

Version 1 of many events held what people wrote in plain text (`reason`, `note`, `item` …). Such rows stay as they were
written; since version 2 the event holds `reason_digest`, and the text stands with the dossier's other data.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, MutableMapping
from typing import Any

from engine import events
from engine.digest import canonical
from engine.events import Event

TYPES: Mapping[str, type[Event]] = {
    name: kind for name, kind in vars(events).items() if isinstance(kind, type) and issubclass(kind, Event)
}

WORDS = ("reason", "note", "item", "correlation", "sentence", "error_code", "vi", "en", "source")
"""What people wrote, declared or were told, wherever an event points at it by `<name>_digest`."""


def _words(kind: type[Event]) -> tuple[str, ...]:
    names = {field.name for field in dataclasses.fields(kind)}
    return tuple(word for word in WORDS if f"{word}_digest" in names)


WORDS_OF: Mapping[str, tuple[str, ...]] = {
    name: words for name, kind in TYPES.items() if (words := _words(kind))
}
VERSIONS: Mapping[str, int] = dict.fromkeys(WORDS_OF, 2)  # type -> version where it is not 1


def to_json(event: Event) -> dict[str, object]:
    """A dict of JSON values; `from_json` gives the equal event back."""
    name = type(event).__name__
    fields = {
        field: _plain(value)
        for field, value in vars(event).items()
        if value != _DEFAULTS[name].get(field, _MISSING)
    }
    return {"type": name, "v": VERSIONS.get(name, 1), **fields}


def from_json(row: Mapping[str, Any], plain: MutableMapping[str, object] | None = None) -> Event:
    """The event of a log row, raised to the current version. Raises LookupError for an unknown type or version.

    `plain` takes the words of a version-1 row, under the digests that the event then names.
    """
    fields = dict(row)
    name, version = fields.pop("type"), fields.pop("v", 1)
    kind = TYPES.get(name)
    if kind is None:
        raise LookupError(f"unknown event type {name!r}")
    current = VERSIONS.get(name, 1)
    if (version, current) == (1, 2):
        _set_apart(name, fields, {} if plain is None else plain)
    elif version != current:
        raise LookupError(f"unknown version {version!r} of {name!r}")
    for field in _TUPLES[name] & fields.keys():
        fields[field] = tuple(fields[field])
    return kind(**fields)


def told(row: Mapping[str, Any], bodies: Mapping[str, object] | None) -> dict[str, Any]:
    """The event of a log row as readers know it: `reason` beside `reason_digest`, and so on.

    `bodies` of the dossier by digest; None if its data was erased: then the words of a version-1 row are left out, too.
    """
    event = dict(row)
    for word in WORDS_OF.get(row["type"], ()):
        if bodies is None:
            event.pop(word, None)
        elif (body := bodies.get(row.get(f"{word}_digest") or "")) is not None:
            event[word] = body
    return event


def _set_apart(name: str, fields: dict[str, Any], plain: MutableMapping[str, object]) -> None:
    """Version 1 → 2. The names need to be no secret: they live as long as somebody reads the row."""
    for word in WORDS_OF[name]:
        if word not in fields:
            continue
        said = fields.pop(word)
        fields[f"{word}_digest"] = None
        if said is not None and said != "":
            digest = hashlib.sha256(canonical(said)).hexdigest()
            fields[f"{word}_digest"], plain[digest] = digest, said


_MISSING = object()


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _defaults(kind: type[Event]) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in dataclasses.fields(kind):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found


def _tuples(kind: type[Event]) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(kind) if str(field.type).startswith("tuple"))


_DEFAULTS = {name: _defaults(kind) for name, kind in TYPES.items()}
_TUPLES = {name: _tuples(kind) for name, kind in TYPES.items()}
