"""What our doors refuse although form-js would quietly mend it (docs/forms.md lists the differences).

A person at a browser cannot send such data through our pages: who sends them has made a mistake or means harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from forms.fields import UNSET, EForm, Field
from forms.importing import EMPTY_VALUES, MAX_ROWS
from forms.moments import serialised
from forms.problem import Problem
from forms.settle import Settled, takes_many
from forms.values import Json, Path, get, path_text, plain, same, working_copy

MAX_TEXT = 20_000
"""Characters in one text answer where the form sets no lower limit."""

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]*")


def blank_text(value: Json) -> bool:
    """True for text of nothing but spaces and invisible characters."""
    return isinstance(value, str) and value != "" and _INVISIBLE.fullmatch(value) is not None


def misfits(e_form: EForm, data: Mapping[str, Json]) -> Iterator[Problem]:
    """Unknown keys and values of the wrong JSON type or out of bounds."""
    yield from _level(_shape(e_form.fields), data, ())


def forbidden_writes(
    settled: Settled, data: Mapping[str, Json], context: Mapping[str, Any]
) -> Iterator[Problem]:
    """Values given for fields the applicant cannot change, and choices that were not offered."""
    for node in settled.inputs:
        one = node.field
        given = get(data, node.path, UNSET)
        if given is UNSET or given is None or given in ("", []) or one.type == "expression":
            continue
        if node.locked:
            default = one.default if one.default is not UNSET else EMPTY_VALUES.get(one.type)
            expected = get(context, node.path, default)
            if not same(working_copy(given), working_copy(expected)):
                yield _wrong(node.path, one, "read_only", "không được sửa", "may not be changed.")
        elif one.type == "filepicker" and len(_as_list(given)) > 1 and not takes_many(settled, node):
            yield _wrong(node.path, one, "wrong_type", "chỉ nhận một tệp", "expected one file.")
        elif one.options is not None and not same(_as_list(plain(settled.value(node))), _as_list(given)):
            yield _wrong(
                node.path,
                one,
                "not_an_option",
                "không có trong danh sách lựa chọn",
                "is not one of the choices.",
            )


# -- shapes ---------------------------------------------------------------------------------------------------------

_Shape = dict[str, Any]
"""Key → a Field that stands there, or the shape below."""


def _shape(fields: tuple[Field, ...], into: _Shape | None = None) -> _Shape:
    shape: _Shape = {} if into is None else into
    for field in fields:
        level = shape
        if not field.key:
            _shape(field.children, shape)
            continue
        for step in field.key[:-1]:
            level = level.setdefault(step, {})
        last = field.key[-1]
        if field.keyed or field.repeats:
            level[last] = field
        else:
            _shape(field.children, level.setdefault(last, {}))
    return shape


def _level(shape: _Shape, data: Mapping[str, Json], path: Path) -> Iterator[Problem]:
    for name, value in data.items():
        here = (*path, str(name))
        expected = shape.get(name)
        if expected is None:
            where = path_text(here)[:200].encode("utf-8", "replace").decode()
            yield Problem(
                where,
                "unknown_key",
                f"Biểu mẫu không có trường “{where}”.",
                f"The form has no field “{where}”.",
            )
        elif isinstance(expected, Field):
            yield from _rows(expected, value, here) if expected.repeats else _value(expected, value, here)
        elif value is not None and not isinstance(value, Mapping):
            where = path_text(here)
            yield Problem(
                where, "wrong_type", f"{where}: phải là một nhóm trường.", f"{where}: expected an object."
            )
        elif value is not None:
            yield from _level(expected, value, here)


def _rows(field: Field, value: Json, path: Path) -> Iterator[Problem]:
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        yield _wrong(path, field, "wrong_type", "phải là danh sách các dòng", "expected a list of objects.")
    elif len(value) > MAX_ROWS:
        yield _wrong(
            path, field, "too_large", f"có hơn {MAX_ROWS} dòng", f"expected at most {MAX_ROWS} rows."
        )
    else:
        shape = _shape(field.children)
        for number, row in enumerate(value):
            yield from _level(shape, row, (*path, number))


def _value(field: Field, value: Json, path: Path) -> Iterator[Problem]:
    if value is None or field.type == "expression":
        return
    kind = field.type
    if kind in ("textfield", "textarea", "datetime", "filepicker"):
        yield from _text(field, value, path)
    elif kind == "number":
        number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
        text = (
            isinstance(value, str) and field.raw.get("serializeToString") is True and _NUMBER.fullmatch(value)
        )
        if (
            value != ""
            and not text
            and (not number or not Decimal(value).is_finite() or abs(value) > 10**300)
        ):
            yield _wrong(path, field, "wrong_type", "phải là số", "expected a number.")
    elif kind == "checkbox":
        if not isinstance(value, bool):
            yield _wrong(path, field, "wrong_type", "phải là có hoặc không", "expected true or false.")
    elif kind in ("checklist", "taglist") and not isinstance(value, list):
        yield _wrong(path, field, "wrong_type", "phải là danh sách lựa chọn", "expected a list of choices.")
    elif any(_unstorable(item) for item in (value if isinstance(value, list) else [value])):
        yield _wrong(
            path, field, "bad_text", "có ký tự không hợp lệ", "holds characters that cannot be stored."
        )


_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?", re.ASCII)


def _text(field: Field, value: Json, path: Path) -> Iterator[Problem]:
    if (
        field.type == "filepicker"
        and isinstance(value, list)
        and all(isinstance(item, str) for item in value)
    ):
        return
    if not isinstance(value, str):
        yield _wrong(path, field, "wrong_type", "phải là chữ", "expected text.")
    elif _unstorable(value):
        yield _wrong(
            path, field, "bad_text", "có ký tự không hợp lệ", "holds characters that cannot be stored."
        )
    elif len(value) > MAX_TEXT:
        yield _wrong(
            path, field, "too_large", f"dài hơn {MAX_TEXT} ký tự", f"expected at most {MAX_TEXT} characters."
        )
    elif (
        field.type == "datetime" and value and serialised(field.raw.get("subtype", "date"), value, "") is None
    ):
        yield _wrong(path, field, "not_a_date", "không phải ngày giờ hợp lệ", "expected a date or time.")


def _unstorable(value: Json) -> bool:
    return isinstance(value, str) and _UNSTORABLE.search(value) is not None


def _as_list(value: Json) -> list[Json]:
    return working_copy(value) if isinstance(value, list) else [working_copy(value)]


def _wrong(path: Path, field: Field, code: str, vi: str, en: str) -> Problem:
    label = str(field.raw.get("label") or field.raw.get("dateLabel") or field.name)
    label_en = field.english.get(label, label)
    where = path_text(path)
    return Problem(where, code, f"{label} ({where}): {vi}.", f"{label_en} ({where}): {en}")
