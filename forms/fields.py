"""The parts of a loaded e-form: immutable, with every expression, pattern and template compiled once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import feel
from forms.conditions import Condition
from forms.template import Template
from forms.values import Json

UNSET: Any = object()
"""No value given, where null is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Where the choices of a select, radio, checklist or taglist come from (in form-js's order of precedence)."""

    from_data: str | None
    fixed: tuple[dict[str, Json], ...] | None
    """Normalised {label, value}."""
    computed: feel.Expression | None
    fixed_texts: frozenset[str] | None = None
    """The fixed values if all are text: one look-up answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The `validate` part of a field. A limit is a literal as written or a compiled expression."""

    required: bool = False
    pattern: Any = None
    pattern_text: str = ""
    pattern_message: str = ""
    preset: str = ""
    """`email`, `phone` or ""."""
    limits: Mapping[str, Json | feel.Expression] = field(default_factory=dict)
    """By `min`, `max`, `minLength`, `maxLength`."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One form-js component."""

    id: str
    type: str
    key: tuple[str, ...]
    """Its own part of the path: the key of an input, the path of a group or list, () for the rest."""
    path: tuple[str, ...]
    """From the root, without row numbers."""
    raw: Mapping[str, Any]
    label: Template
    description: Template
    keyed: bool
    disabled: bool
    readonly: bool | Condition
    hide: Condition | None
    default: Json
    rules: Rules | None
    options: Options | None
    expression: feel.Expression | None
    """What an expression field computes, a table shows, columnsExpression and the like: see `forms.schema`."""
    on_submit: bool
    texts: Mapping[str, Template]
    """Other templated properties by name (text, content, source, alt, url, accept, adorners)."""
    extras: Mapping[str, feel.Expression]
    """Other expressions by name (dataSource, columnsExpression, multiple, elementWhen)."""
    children: tuple[Field, ...]
    repeats: bool
    within: str
    """The label of the nearest labelled group or list around it."""
    english: Mapping[str, str]
    """The form's."""

    @property
    def name(self) -> str:
        """How a problem names it when there is no label: its key path, or its id."""
        return ".".join(self.path) or self.id


@dataclass(frozen=True, slots=True, eq=False)
class EForm:
    """A form-js form, checked and compiled. Made by `forms.load` only; may be shared between threads."""

    key: str
    schema: Mapping[str, Any]
    fields: tuple[Field, ...]
    by_id: Mapping[str, Field]
    conditional: bool
    """True if any field has a hide condition."""
    roots: frozenset[str]
    """The first step of every key path."""
    ambiguous: frozenset[str]
    """Labels that several inputs bear: a problem then names the group, too."""
    english: Mapping[str, str]
    """Its bundle's texts in English (`forms.english`), empty where there are none."""

    @property
    def title(self) -> str:
        """Its name for people, "" if the schema has no `title`."""
        return str(self.schema.get("title") or "")

    def keyed(self) -> list[Field]:
        """Every input in document order, those of lists and groups included."""
        return [one for one in self.by_id.values() if one.keyed]


def each(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields and all below them, in document order."""
    for one in fields:
        yield one
        yield from each(one.children)
