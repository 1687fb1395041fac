"""What was posted of an e-form, read back into answers: numbers and dates as people write them, rows, files, choices."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from forms.fields import EForm, Field
from forms.importing import MAX_ROWS
from forms.values import get, path_text, put

Posted = MultiDict[str, str]


def parse(e_form: EForm, posted: Posted, uploaded: Mapping[str, Sequence[str]] = {}) -> dict[str, Any]:
    """The answers in a posted form, as JSON data for `forms.check`; a pressed row button is carried out.

    Only fields of the form are read; what the browser did not send stays away. Text that is no number stays text, so
    that the check can say so. `uploaded`: ids of files just kept, by the path of their field (web/eform_files.py).
    """
    if uploaded:
        posted = MultiDict(
            [*posted.items(multi=True), *((p, id) for p, ids in uploaded.items() for id in ids)]
        )
    data: dict[str, Any] = {}
    for one in e_form.fields:
        _parse_field(one, (), posted, data)
    return _with_row_change(e_form, posted, data)


def row_change(e_form: EForm, posted: Posted, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The data to draw again if the person pressed a row button (or Enter) rather than one of the page's, else None."""
    return data if "_row" in posted else None


def path_of(name: str) -> tuple[str | int, ...]:
    """`con[0].ten` as its steps."""
    return tuple(
        int(step) if step.isdecimal() and len(step) < 9 else step for step in re.findall(r"[^.\[\]]+", name)
    )


def _parse_field(one: Field, base: tuple[str | int, ...], posted: Posted, data: dict[str, Any]) -> None:
    path = base + one.key
    if one.keyed:
        given = posted.getlist(path_text(path))
        value = _file_ids(one, given, posted) if one.type == "filepicker" else _parse_value(one, given)
        if value is not _ABSENT:
            put(data, path, value)
    elif one.repeats:
        name = path_text(path)
        if f"{name}[]" in posted:
            put(data, path, [])
        for row, number in enumerate(_row_numbers(name, posted)):
            put(data, (*path, row), {})
            _parse_row(one, (*path, row), (*path, number), posted, data)
    else:
        for child in one.children:
            _parse_field(child, path, posted, data)


def _parse_row(
    one: Field, to: tuple[str | int, ...], source: tuple[str | int, ...], posted: Posted, data: dict[str, Any]
) -> None:
    """Read a row by the number it was posted under and write it under its place (rows may have gaps)."""
    row: dict[str, Any] = {}
    for child in one.children:
        _parse_field(child, source, posted, row)
    put(data, to, get(row, source) or {})


def _row_numbers(name: str, posted: Posted) -> list[int]:
    marker = re.compile(re.escape(name) + r"\[(\d{1,4})\]")
    numbers = {int(match[1]) for key in posted if (match := marker.fullmatch(key))}
    return sorted(numbers)[:MAX_ROWS]


_ABSENT: Any = object()


def _parse_value(one: Field, given: list[str]) -> Any:
    if not given or one.type == "expression":
        return _ABSENT
    last = given[-1]
    if one.type == "checkbox":
        return last == "true"
    if one.type in ("checklist", "taglist"):
        return [_decoded(text) for text in given if text]
    if one.type in ("radio", "select"):
        return _decoded(last) if last else None
    if one.type == "number":
        return _number(last.strip(), one.raw)
    if one.type == "datetime":
        return _moment(last.strip()) or None
    return last.replace("\r\n", "\n")


def _file_ids(one: Field, given: list[str], posted: Posted) -> Any:
    dropped = {"", posted.get("_row", "").removeprefix("drop:")}
    kept = [id for id in dict.fromkeys(given) if id not in dropped]
    if not kept:
        return None if given else _ABSENT
    return kept if one.raw.get("multiple") else kept[-1]


_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3}){1,}(,\d+)?", re.ASCII)


def _number(text: str, raw: Mapping[str, Any]) -> Any:
    """A number as people write it here: 1200000, 1.200.000, 1.200,5, 12,5 or 12.5.

    `1.200` is twelve hundred, unless the field takes three decimals or more.
    """
    if not text:
        return None
    compact = text.replace(" ", "").replace("\u00a0", "")
    grouped = _GROUPED.fullmatch(compact) and not compact.lstrip("+-").startswith("0")
    if grouped and ("," in compact or compact.count(".") > 1 or (raw.get("decimalDigits") or 0) < 3):
        compact = compact.replace(".", "")
    if len(compact) > 300 or not _NUMBER.fullmatch(compact):
        return text
    compact = compact.replace(",", ".").removeprefix("+")
    if raw.get("serializeToString"):
        return compact
    return float(compact) if "." in compact else int(compact)


_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}:\d\d))?", re.ASCII)


def _moment(text: str) -> str:
    """A date as people write it (21/11/2026, 5-6-2026 7:30), where a browser has no field for dates; else as it is."""
    match = _DAY_FIRST.fullmatch(text)
    if match is None:
        return text
    day, month, year, clock = match.groups()
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock:0>5}" if clock else "")


def _decoded(text: str) -> Any:
    if not text.startswith("json:"):
        return text
    try:
        return json.loads(text[5:])
    except (ValueError, RecursionError):
        return text


def _with_row_change(e_form: EForm, posted: Posted, data: dict[str, Any]) -> dict[str, Any]:
    action, _, name = posted.get("_row", "").partition(":")
    path = path_of(name)
    lists = {one.path for one in e_form.by_id.values() if one.repeats}
    if action == "add" and tuple(step for step in path if isinstance(step, str)) in lists:
        rows = get(data, path)
        rows = rows if isinstance(rows, list) else []
        if len(rows) < MAX_ROWS:
            put(data, path, [*rows, {}])
    elif action == "remove" and path and isinstance(path[-1], int):
        rows = get(data, path[:-1])
        if isinstance(rows, list) and path[-1] < len(rows):
            put(data, path[:-1], rows[: path[-1]] + rows[path[-1] + 1 :])
    return data
