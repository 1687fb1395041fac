"""How data come into a form: every input gets its value, its default or its empty value, made fit for its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.choices import sanitise_many, sanitise_one
from forms.fields import UNSET, EForm, Field
from forms.moments import serialised
from forms.values import Json, Path, get, js_text, put, to_number, working_copy

MAX_ROWS = 500


def imported(e_form: EForm, data: Mapping[str, Json], context: Mapping[str, Any]) -> dict[str, Json]:
    """Context and data as one (data win), every input of the form filled in."""
    merged = dict(context)
    for name, value in data.items():
        merged[name] = _merge(context.get(name), value)
    for name in e_form.roots & merged.keys() | data.keys():
        merged[name] = working_copy(merged[name])
    source = dict(merged)
    for one in e_form.fields:
        _import_field(one, (), source, merged)
    return merged


def _merge(below: Any, above: Json) -> Json:
    if not (isinstance(below, Mapping) and isinstance(above, Mapping)):
        return above
    return {**below, **{name: _merge(below.get(name), value) for name, value in above.items()}}


def _import_field(one: Field, base: Path, source: Mapping[str, Json], data: dict[str, Json]) -> None:
    path = base + one.key
    if one.keyed:
        value = get(data, path, UNSET)
        if value is not UNSET:
            value = _sanitised(one, value, source)
        elif one.default is not UNSET:
            value = one.default
        else:
            value = EMPTY_VALUES.get(one.type)
            value = list(value) if isinstance(value, list) else value
        put(data, path, value)
    elif one.repeats:
        rows = get(data, path)
        if not isinstance(rows, list):
            rows = [{} for _ in range(int(one.raw.get("defaultRepetitions", 1)))]
        rows = [row if isinstance(row, dict) else {} for row in rows[:MAX_ROWS]]
        put(data, path, rows)
        for number in range(len(rows)):
            for child in one.children:
                _import_field(child, (*path, number), source, data)
    else:
        for child in one.children:
            _import_field(child, path, source, data)


EMPTY_VALUES: dict[str, Json] = {
    "textfield": "",
    "textarea": "",
    "checkbox": False,
    "checklist": [],
    "taglist": [],
}
"""What an input holds that was never filled in; null where not named."""


def _sanitised(one: Field, value: Json, source: Mapping[str, Json]) -> Json:
    """The value made fit for the field's type, as form-js does on import."""
    kind = one.type
    if kind in ("textfield", "textarea"):
        if value is None or isinstance(value, (list, dict)):
            return ""
        if not isinstance(value, str):
            return js_text(value)
        return value.translate(_LINE_BREAKS) if kind == "textfield" else value
    if kind == "number":
        if value == "" or (number := to_number(value)) is None:
            return None
        return js_text(value) if one.raw.get("serializeToString") else number
    if kind == "checkbox":
        return value is True
    if one.options is not None:
        many = kind in ("checklist", "taglist")
        return (sanitise_many if many else sanitise_one)(one.options, value, source)
    if kind == "datetime":
        return value if serialised(one.raw.get("subtype", "date"), value, "") is not None else None
    return value


_LINE_BREAKS = {ord("\r"): " ", ord("\n"): " ", ord("\t"): " "}
