"""What the form-js JSON schema (version 1.23, schemaVersion ≤ 19) allows in a `.form`: properties by field type.

Only shape is judged here. What a form means and whether it is safe is judged in `forms.schema`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from forms.problem import Problem

CHOICES = frozenset({"checklist", "radio", "select", "taglist"})
INPUTS = CHOICES | {"checkbox", "datetime", "number", "textfield", "textarea", "expression", "filepicker"}
CONTAINERS = frozenset({"group", "dynamiclist"})
DATA_VIEWS = frozenset({"table", "documentPreview"})
TYPES = (
    INPUTS | CONTAINERS | DATA_VIEWS | {"image", "text", "html", "button", "spacer", "separator", "iframe"}
)

MAX_SCHEMA_VERSION = 19

_KEY = re.compile(r"\w+(\.\w+)*", re.ASCII)
_DATETIME = frozenset({"datetime"})
_NUMBER = frozenset({"number"})
_TABLE = frozenset({"table"})
_LIST = frozenset({"dynamiclist"})

ONLY_ON: dict[str, frozenset[str]] = {
    "text": frozenset({"text"}),
    "label": INPUTS | CONTAINERS | DATA_VIEWS | {"button", "iframe"},
    "description": INPUTS - {"filepicker"},
    "disabled": INPUTS,
    "readonly": INPUTS,
    "validate": INPUTS,
    "key": INPUTS,
    "defaultValue": INPUTS,
    "action": frozenset({"button"}),
    "source": frozenset({"image"}),
    "alt": frozenset({"image"}),
    "subtype": _DATETIME,
    "dateLabel": _DATETIME,
    "timeLabel": _DATETIME,
    "use24h": _DATETIME,
    "timeSerializingFormat": _DATETIME,
    "timeInterval": _DATETIME,
    "disallowPassedDates": _DATETIME,
    "increment": _NUMBER,
    "decimalDigits": _NUMBER,
    "serializeToString": _NUMBER,
    "searchable": frozenset({"select"}),
    "values": CHOICES,
    "valuesKey": CHOICES,
    "valuesExpression": CHOICES,
    "height": frozenset({"spacer", "iframe"}),
    "path": CONTAINERS,
    "showOutline": CONTAINERS,
    "verticalAlignment": CONTAINERS,
    "components": CONTAINERS,
    "isRepeating": _LIST,
    "defaultRepetitions": _LIST,
    "allowAddRemove": _LIST,
    "disableCollapse": _LIST,
    "nonCollapsedItems": _LIST,
    "columns": _TABLE,
    "columnsExpression": _TABLE,
    "rowCount": _TABLE,
    "dataSource": DATA_VIEWS,
    "content": frozenset({"html"}),
    "accept": frozenset({"filepicker"}),
    "multiple": frozenset({"filepicker"}),
    "maxHeight": frozenset({"documentPreview"}),
    "appearance.prefixAdorner": frozenset({"textfield", "number"}),
    "appearance.suffixAdorner": frozenset({"textfield", "number"}),
    "validate.min": _NUMBER,
    "validate.max": _NUMBER,
    "validate.validationType": frozenset({"textfield"}),
    "validate.pattern": frozenset({"textfield"}),
    "validate.patternErrorMessage": frozenset({"textfield"}),
    "validate.minLength": frozenset({"textfield", "textarea"}),
    "validate.maxLength": frozenset({"textfield", "textarea"}),
}
"""Property → the field types that may have it; a property that is not named here may stand anywhere."""

REQUIRED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(INPUTS, ("key",)),
    "expression": ("key", "expression", "computeOn"),
    "table": ("dataSource",),
    "documentPreview": ("dataSource",),
}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _either(*checks: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: any(check(value) for check in checks)


def _one_of(*choices: str | None) -> Callable[[Any], bool]:
    return lambda value: value in choices if value is None or isinstance(value, str) else False


def _between(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: _is_whole(value) and low <= value <= high


def _list_of_texts(*names: str) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list)
        and all(
            isinstance(item, Mapping) and all(isinstance(item[name], str) for name in names if name in item)
            for item in value
        )
    )


_texts = ("id", "label", "description", "text", "source", "alt", "url", "dateLabel", "timeLabel", "valuesExpression",
          "columnsExpression", "dataSource", "content", "accept", "appearance.prefixAdorner", "appearance.suffixAdorner",
          "validate.pattern", "validate.patternErrorMessage", "expression", "computeOn")  # fmt: skip
_flags = ("use24h", "disallowPassedDates", "serializeToString", "searchable", "showOutline", "isRepeating",
          "allowAddRemove", "disableCollapse", "validate.required")  # fmt: skip
_numbers = ("height", "defaultRepetitions", "nonCollapsedItems", "rowCount", "maxHeight")

_ONLY_DRAWN = frozenset({*_numbers, "timeInterval"} - {"defaultRepetitions"})

SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(_texts, (_is_text, "text")),
    **dict.fromkeys(_flags, (_is_flag, "true or false")),
    **dict.fromkeys(_numbers, (_is_number, "a number")),
    "key": (lambda value: _is_text(value) and bool(_KEY.fullmatch(value)), "a name, or names joined by dots"),
    "path": (
        lambda value: value == "" or (_is_text(value) and bool(_KEY.fullmatch(value))),
        "names joined by dots",
    ),
    "readonly": (_either(_is_flag, _is_text), "true, false or an expression"),
    "disabled": (_either(_is_flag, _is_text), "true or false"),
    "multiple": (_either(_is_flag, _is_text), "true, false or an expression"),
    "increment": (_either(_is_number, _is_text), "a number"),
    "decimalDigits": (_is_whole, "a whole number"),
    "timeInterval": (_between(1, 60), "a whole number from 1 to 60"),
    "action": (_one_of("submit", "reset"), "submit or reset"),
    "subtype": (_one_of("date", "time", "datetime"), "date, time or datetime"),
    "timeSerializingFormat": (_one_of("utc_offset", "utc_normalized", "no_timezone"), "a known time format"),
    "verticalAlignment": (_one_of("start", "center", "end"), "start, center or end"),
    "valuesKey": (lambda value: _is_text(value) and not re.search(r"\s", value), "a name without spaces"),
    "values": (_list_of_texts("label", "value"), "a list of {label, value} texts"),
    "columns": (_list_of_texts("label", "key"), "a list of {label, key} texts"),
    "validate": (_is_mapping, "an object"),
    "appearance": (_is_mapping, "an object"),
    "conditional": (_is_mapping, "an object"),
    "properties": (_is_mapping, "an object"),
    "layout": (_is_mapping, "an object"),
    "security": (_is_mapping, "an object"),
    "components": (lambda value: isinstance(value, list), "a list of fields"),
    "conditional.hide": (_either(_is_text, _is_flag), "an expression"),
    "layout.row": (_either(_is_text, lambda value: value is None), "text"),
    "layout.columns": (_either(_between(2, 16), lambda value: value is None), "a whole number from 2 to 16"),
    "validate.validationType": (_one_of("email", "phone", "custom", "", None), "email, phone or custom"),
    "validate.minLength": (_either(_is_whole, _is_text), "a whole number or an expression"),
    "validate.maxLength": (_either(_is_whole, _is_text), "a whole number or an expression"),
    "validate.min": (_either(_is_number, _is_text), "a number or an expression"),
    "validate.max": (_either(_is_number, _is_text), "a number or an expression"),
}
"""Property → what its value must be. `a.b` is the property b of the object a."""

DEFAULT_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "checkbox": (_is_flag, "true or false"),
    "number": (_either(_is_number, _is_text), "a number"),
    **dict.fromkeys(("textfield", "textarea", "datetime", "radio", "select"), (_is_text, "text")),
    **dict.fromkeys(("checklist", "taglist"), (lambda value: isinstance(value, list), "a list")),
}


def form_problems(schema: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the form itself, not looking into its fields. `where` is a JSON pointer."""
    if schema.get("type") != "default":
        yield _shape("/type", "the text default")
    if not isinstance(schema.get("components"), list):
        yield _shape("/components", "a list of fields")
    version = schema.get("schemaVersion", 1)
    if not _between(1, MAX_SCHEMA_VERSION)(version):
        yield _shape("/schemaVersion", f"a whole number from 1 to {MAX_SCHEMA_VERSION}")
    for name in ("id", "executionPlatform", "executionPlatformVersion", "versionTag"):
        if name in schema and not isinstance(schema[name], str):
            yield _shape(f"/{name}", "text")
    exporter = schema.get("exporter", {})
    if not isinstance(exporter, Mapping) or not all(
        isinstance(exporter[name], str) for name in ("name", "version") if name in exporter
    ):
        yield _shape("/exporter", "an object of texts")
    for name in ("layout", "conditional", "properties"):
        if name in schema:
            yield _misplaced(f"/{name}", name, "default")


def field_problems(field: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    """What is wrong with one field's properties, not looking into its components. `where` is a JSON pointer."""
    kind = field.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        yield Problem(
            f"{pointer}/type",
            "form.unknown_type",
            f"Loại trường {kind!r} không có trong form-js.",
            f"Expected a form-js field type but found {kind!r}.",
        )
        return
    for name in REQUIRED.get(kind, ()):
        if name not in field:
            yield Problem(
                pointer,
                "form.missing",
                f"Trường loại {kind} thiếu thuộc tính {name}.",
                f"Expected {name} on a {kind} field.",
            )
    for name, value in _flat(field):
        where = f"{pointer}/{name.replace('.', '/')}"
        if name in ONLY_ON and kind not in ONLY_ON[name]:
            yield _misplaced(where, name, kind)
            continue
        check, expected = SHAPES.get(name, (None, ""))
        if check is not None and not check(value):
            yield _shape(where, expected, "form.drawing" if name in _ONLY_DRAWN else "form.shape")
    yield from _combinations(field, kind, pointer)


def _combinations(field: Mapping[str, Any], kind: str, pointer: str) -> Iterator[Problem]:
    if "defaultValue" in field and kind in DEFAULT_SHAPES:
        check, expected = DEFAULT_SHAPES[kind]
        if not check(field["defaultValue"]):
            yield _shape(f"{pointer}/defaultValue", expected)
    if kind in CHOICES and isinstance(field.get("valuesKey"), str) and "defaultValue" in field:
        yield _misplaced(f"{pointer}/defaultValue", "defaultValue", f"{kind} with valuesKey")
    if kind == "table" and ("columns" in field) == ("columnsExpression" in field):
        yield _shape(pointer, "either columns or columnsExpression")
    rules = field.get("validate")
    if isinstance(rules, Mapping) and "patternErrorMessage" in rules and "pattern" not in rules:
        yield Problem(
            f"{pointer}/validate",
            "form.missing",
            "Có patternErrorMessage nhưng thiếu pattern.",
            "Expected pattern where patternErrorMessage stands.",
        )


def _flat(field: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in field.items():
        yield name, value
        if name in ("validate", "appearance", "conditional", "layout") and isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", item) for inner, item in value.items())


def _misplaced(where: str, name: str, kind: str) -> Problem:
    return Problem(
        where,
        "form.misplaced",
        f"Thuộc tính {name} không dùng được ở loại {kind}.",
        f"{name} is not allowed on {kind}.",
    )


def _shape(where: str, expected: str, code: str = "form.shape") -> Problem:
    return Problem(
        where,
        code,
        f"Giá trị ở {where} không đúng: cần {expected}.",
        f"Expected {expected} at {where}.",
    )
