"""What changed between two versions of an e-form, field by field: for whoever approves the new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forms.fields import EForm, Field

Kind = Literal["added", "removed", "changed"]

DRAWING = frozenset({"layout", "id", "components", "exporter"})
"""Properties that change nothing about what is asked."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `properties` (of a changed field) are the names of what differs, `a.b` for inner ones."""

    kind: Kind
    path: str
    label: str
    properties: tuple[str, ...] = ()


def compare(old: EForm, new: EForm) -> tuple[Change, ...]:
    """Fields added, removed and changed, in the order of the new form, removed ones last.

    A field is the same if it has the same key path (inputs, groups, lists) or, without one, the same id; moving it
    or changing its layout is no change.
    """
    before, after = _by_identity(old), _by_identity(new)
    changes = []
    for identity, field in after.items():
        earlier = before.get(identity)
        if earlier is None:
            changes.append(Change("added", field.name, _label(field)))
        elif properties := _differences(earlier.raw, field.raw):
            changes.append(Change("changed", field.name, _label(field), properties))
    changes += [
        Change("removed", field.name, _label(field))
        for identity, field in before.items()
        if identity not in after
    ]
    return tuple(changes)


def _by_identity(e_form: EForm) -> dict[tuple[str, ...], Field]:
    """A group without a path is known by its id."""
    return {(*one.path, "") if one.key else ("", one.type, one.id): one for one in e_form.by_id.values()}


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> tuple[str, ...]:
    found: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        one, other = old.get(name), new.get(name)
        if one == other or (not prefix and name in DRAWING):
            continue
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            found += _differences(one, other, f"{prefix}{name}.")
        else:
            found.append(prefix + name)
    return tuple(found)


def _label(field: Field) -> str:
    return str(field.raw.get("label") or field.raw.get("dateLabel") or field.name)
