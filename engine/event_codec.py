"""Events as JSON: `{"type": class name, "v": version, …fields}`, what a row of the event log holds.

Fields at their default are left out, so that a field added later changes no old row and no hash.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from engine import events
from engine.events import Event

VERSIONS: Mapping[str, int] = {}  # type -> version where it is not 1; old versions get an upgrade in UPGRADES
UPGRADES: Mapping[tuple[str, int], Any] = {}  # (type, old version) -> dict of fields -> dict of fields

TYPES: Mapping[str, type[Event]] = {
    name: kind for name, kind in vars(events).items() if isinstance(kind, type) and issubclass(kind, Event)
}


def to_json(event: Event) -> dict[str, object]:
    """A dict of JSON values; `from_json` gives the equal event back."""
    name = type(event).__name__
    fields = {
        field: _plain(value)
        for field, value in vars(event).items()
        if value != _DEFAULTS[name].get(field, _MISSING)
    }
    return {"type": name, "v": VERSIONS.get(name, 1), **fields}


def from_json(row: Mapping[str, Any]) -> Event:
    """The event of a log row, raised to the current version. Raises LookupError for an unknown type or version."""
    fields = dict(row)
    name, version = fields.pop("type"), fields.pop("v", 1)
    kind = TYPES.get(name)
    if kind is None:
        raise LookupError(f"unknown event type {name!r}")
    while version != VERSIONS.get(name, 1):
        fields, version = UPGRADES[name, version](fields), version + 1
    for field in _TUPLES[name] & fields.keys():
        fields[field] = tuple(fields[field])
    return kind(**fields)


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
